let render: (path: string) => void = () => {};

/** Draws the current path now and after each change. */
export function onNavigate(draw: (path: string) => void): void {
  render = draw;
  addEventListener('popstate', () => draw(location.pathname));
  draw(location.pathname);
}

export function navigate(path: string): void {
  history.pushState(null, '', path);
  render(path);
}

/** A click listener for links that stay inside the app. */
export function follow(event: Event): void {
  event.preventDefault();
  navigate((event.currentTarget as HTMLAnchorElement).pathname);
}
