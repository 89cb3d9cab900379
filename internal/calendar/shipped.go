package calendar

// shipped holds the days off and the make-up days of the State Council's notices. A line is a year with the number
// of its notice, or `off` with a day or a range and the holiday, or `work` with make-up days. `provisional` marks a
// year whose notice was not seen: 2027 is taken from the open-source project 6tail/lunar-go 1.4.7 of 6 November 2026
// and agrees with the Regulation on Public Holidays (13 days, holidays on weekends made up).
const shipped = `
2020 国办发明电〔2019〕16号, 国办发明电〔2020〕1号
off 01-01 元旦
off 01-24..02-02 春节
work 01-19
off 04-04..04-06 清明节
off 05-01..05-05 劳动节
work 04-26 05-09
off 06-25..06-27 端午节
work 06-28
off 10-01..10-08 国庆节、中秋节
work 09-27 10-10

2021 国办发明电〔2020〕27号
off 01-01..01-03 元旦
off 02-11..02-17 春节
work 02-07 02-20
off 04-03..04-05 清明节
off 05-01..05-05 劳动节
work 04-25 05-08
off 06-12..06-14 端午节
off 09-19..09-21 中秋节
work 09-18
off 10-01..10-07 国庆节
work 09-26 10-09

2022 国办发明电〔2021〕11号
off 01-01..01-03 元旦
off 01-31..02-06 春节
work 01-29 01-30
off 04-03..04-05 清明节
work 04-02
off 04-30..05-04 劳动节
work 04-24 05-07
off 06-03..06-05 端午节
off 09-10..09-12 中秋节
off 10-01..10-07 国庆节
work 10-08 10-09
off 12-31 元旦

2023 国办发明电〔2022〕16号
off 01-01..01-02 元旦
off 01-21..01-27 春节
work 01-28 01-29
off 04-05 清明节
off 04-29..05-03 劳动节
work 04-23 05-06
off 06-22..06-24 端午节
work 06-25
off 09-29..10-06 中秋节、国庆节
work 10-07 10-08

2024 国办发明电〔2023〕7号
off 01-01 元旦
off 02-10..02-17 春节
work 02-04 02-18
off 04-04..04-06 清明节
work 04-07
off 05-01..05-05 劳动节
work 04-28 05-11
off 06-10 端午节
off 09-15..09-17 中秋节
work 09-14
off 10-01..10-07 国庆节
work 09-29 10-12

2025 国办发明电〔2024〕12号
off 01-01 元旦
off 01-28..02-04 春节
work 01-26 02-08
off 04-04..04-06 清明节
off 05-01..05-05 劳动节
work 04-27
off 05-31..06-02 端午节
off 10-01..10-08 国庆节、中秋节
work 09-28 10-11

2026 国务院办公厅 2025-11-04
off 01-01..01-03 元旦
work 01-04
off 02-15..02-23 春节
work 02-14 02-28
off 04-04..04-06 清明节
off 05-01..05-05 劳动节
work 05-09
off 06-19..06-21 端午节
off 09-25..09-27 中秋节
off 10-01..10-07 国庆节
work 09-20 10-10

2027 provisional
off 01-01..01-03 元旦
off 02-05..02-13 春节
work 01-31 02-14
off 04-03..04-05 清明节
off 05-01..05-05 劳动节
work 05-08
off 06-09 端午节
off 09-15 中秋节
off 10-01..10-07 国庆节
work 09-26 10-09
`
