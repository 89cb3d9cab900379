// On every page. Where a page shows lots that are live or about to be, what it shows is kept true.
if (document.querySelector("[data-live-lot], [data-opens]")) void import("./catalogue.ts").then((m) => m.follow());

export {};
