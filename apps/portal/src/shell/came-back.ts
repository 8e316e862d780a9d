const kept = 'pileus-sign-in';

export interface CameBack {
  readonly attempt: string;
  /** The query of the redirect back. */
  readonly query: string;
}

let answer: CameBack | undefined;

/** Leaves for an identity provider. What ends the sign-in stays in this tab, so that nobody else's answer fits it. */
export function leaveFor(url: string, attempt: string, next: string | undefined): void {
  sessionStorage.setItem(kept, JSON.stringify({ attempt, next }));
  location.assign(url);
}

/** Takes an identity provider's answer out of the address (`/sign-in/back?code=…`) and keeps it for the sign-in page. */
export function takeAnswer(): void {
  if (location.pathname !== '/sign-in/back') return;
  const { attempt, next } = left();
  answer = { attempt: attempt ?? '-', query: location.search.slice(1) };
  history.replaceState(
    history.state,
    '',
    next === undefined ? '/sign-in' : `/sign-in?${new URLSearchParams({ next })}`,
  );
}

/** The answer, once: it is good only once. */
export function usedAnswer(): CameBack | undefined {
  const given = answer;
  answer = undefined;
  return given;
}

function left(): { attempt?: string; next?: string } {
  const text = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  const { attempt, next } = (text === null ? {} : JSON.parse(text)) as { attempt?: string; next?: string };
  return { ...(attempt !== undefined && { attempt }), ...(next !== undefined && { next }) };
}
