import { seconds } from '@pileus/model';

/**
 * How long a cut-off request may still be at work unseen. OpenStack's APIs write what they make before they answer, and
 * list it from then on; but a request can wait in a busy service's queue after its sender has gone. On an overloaded
 * two-core cloud some took 150 s, of which their sender had waited for 60.
 */
export const lag = seconds(120);

/** The metadata key that holds the token on servers (Nova) and volumes (Cinder). */
export const markKey = 'pileus_token';

/** Neutron's longest description. */
const longest = 255;

/** A description that carries the token behind what a person wrote. */
export function marked(token: string, text = ''): string {
  const mark = `[pileus:${token}]`;
  const room = longest - mark.length - 1;
  return text === '' ? mark : `${text.slice(0, room)} ${mark}`;
}

/** Takes a description apart again. */
export function unmarked(description: string): { readonly text: string; readonly token?: string } {
  const found = /^(?:(.*) )?\[pileus:([!-~]{1,64})\]$/s.exec(description);
  return found?.[2] ? { text: found[1] ?? '', token: found[2] } : { text: description };
}
