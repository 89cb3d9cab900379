// Small help for the page itself.

/** The element that bears data-f=name; it must be there. */
export function part<T extends Element = HTMLElement>(name: string, within: ParentNode = document): T {
  const e = within.querySelector<T>(`[data-f="${name}"]`);
  if (!e) throw new Error(`page: no element ${name}`);
  return e;
}

export function maybePart<T extends Element = HTMLElement>(name: string, within: ParentNode = document): T | undefined {
  return within.querySelector<T>(`[data-f="${name}"]`) ?? undefined;
}

type Child = Node | string | undefined | false;

/** Makes an element: tag and classes as in a selector, e.g. el("li.tape-row", {...}, ...). */
export function el(tag: string, attributes: Record<string, string | undefined> = {}, ...children: Child[]): HTMLElement {
  const [name = "div", ...classes] = tag.split(".");
  const e = document.createElement(name);
  if (classes.length > 0) e.className = classes.join(" ");
  for (const [k, v] of Object.entries(attributes)) if (v !== undefined) e.setAttribute(k, v);
  for (const c of children) if (c) e.append(c);
  return e;
}

/** Sets a text, and touches the page only if it is another one. */
export function write(e: Element | undefined, text: string): boolean {
  if (!e || e.textContent === text) return false;
  e.textContent = text;
  return true;
}

export function show(e: HTMLElement | undefined, on: boolean): void {
  if (e && e.hidden === on) e.hidden = !on;
}

/** Lets something that has changed be seen to have changed. */
export function flash(e: Element): void {
  e.removeAttribute("data-changed");
  requestAnimationFrame(() => e.setAttribute("data-changed", ""));
}

/** The data that the server has put into the page. */
export function data<T>(id: string): T {
  const e = document.getElementById(id);
  if (!e?.textContent) throw new Error(`page: no data ${id}`);
  return JSON.parse(e.textContent) as T;
}
