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

export {};
