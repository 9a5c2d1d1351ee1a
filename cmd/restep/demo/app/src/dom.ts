type Child = Node | string | null | undefined;
type Attributes = Record<string, string | boolean | EventListener>;

/** Builds an element: attributes whose value is a function are event listeners. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (typeof value === 'boolean') element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => child != null));
  return element;
}

/** A bag of coffee, drawn in the colour of its label. */
export function bag(color: string): SVGElement {
  const box = document.createElement('template');
  box.innerHTML = `
    <svg viewBox="0 0 120 150" aria-hidden="true">
      <ellipse cx="60" cy="142" rx="44" ry="5" fill="#2a211b" opacity=".08"/>
      <path d="M24 26 Q22 84 20 134 Q60 146 100 134 Q98 84 96 26 Z" fill="#3b2f28"/>
      <path d="M24 26 L28 10 H92 L96 26 Q60 32 24 26 Z" fill="#2a211b"/>
      <path d="M22.6 64 Q22 90 21.4 108 Q60 118 98.6 108 Q98 90 97.4 64 Q60 72 22.6 64 Z" fill="${color}"/>
      <ellipse cx="60" cy="90" rx="11" ry="15" fill="#fff" opacity=".92" transform="rotate(24 60 90)"/>
      <path d="M66 77 Q57 90 54 103" stroke="${color}" stroke-width="3" fill="none"/>
    </svg>`;
  return box.content.querySelector('svg')!;
}
