let link: string | undefined;

/** Takes the one-time link's token out of the address (`#link=TOKEN`) and keeps it for the sign-in page. */
export function takeLink(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('link');
  if (!token) return;
  link = token;
  history.replaceState(history.state, '', '/sign-in');
}

/** The token, once: it works only once. */
export function usedLink(): string | undefined {
  const token = link;
  link = undefined;
  return token;
}
