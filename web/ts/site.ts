// On every page. Where a page shows lots that are live or about to be, what it shows is kept true.
if (document.querySelector("[data-live-lot], [data-opens]")) void import("./catalogue.ts").then((m) => m.follow());

// The account's menu opens and closes by itself; here it also closes like other menus do.
const menu = document.querySelector<HTMLDetailsElement>("details[data-menu]");
if (menu) {
  document.addEventListener("click", (e) => {
    if (menu.open && e.target instanceof Node && !menu.contains(e.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

// On a phone the desk is one line that scrolls: where the reader stands is in sight.
const desk = document.querySelector<HTMLElement>(".desk ul");
const at = desk?.querySelector<HTMLElement>("[aria-current]");
if (desk && at && desk.scrollWidth > desk.clientWidth) {
  const ends = at.getBoundingClientRect().right - desk.getBoundingClientRect().right;
  if (ends > 0) desk.scrollLeft = ends + desk.clientWidth / 3;
}

export {};
