import { matcher, readWritten, type Written } from './pattern.ts';
import { own, type Vocabulary } from './vocabulary.ts';

/** Which actions a name means: `server.stop`, `server.*`, `*.read`, `*`. */
export function actionMatcher(name: string): (action: string) => boolean {
  const written = name.includes('*') ? readWritten(name, true) : undefined;
  if (!written || 'unreadable' in written) return (action) => action === name;
  // Action names have no variables: in one, a ${ would have no end or stand for a name that no action has.
  return matcher(written.flatMap((piece) => ('variable' in piece ? [{ text: `\${${piece.variable}}` }] : [piece])));
}

/** The actions of the vocabulary that a name means; none where it means nothing. */
export function actionsNamed(name: string, vocabulary: Vocabulary): string[] {
  if (!name.includes('*')) return own(vocabulary.actions, name) ? [name] : [];
  return Object.keys(vocabulary.actions).filter(actionMatcher(name));
}

/** A resource as statements name it: `*`, or a kind with a pattern for ids and names. */
export type ResourceName = 'any' | { readonly kind: string; readonly which: 'any' | Written };

/** Undefined when it is written wrongly; whether there is such a kind is for others to say. */
export function readResourceName(text: string): ResourceName | undefined {
  if (text === '*') return 'any';
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) return undefined;
  const which = readWritten(text.slice(slash + 1), true);
  if ('unreadable' in which) return undefined;
  const [first] = which;
  const isAny = which.length === 1 && first && 'wildcard' in first && first.wildcard === '*';
  return { kind: text.slice(0, slash), which: isAny ? 'any' : which };
}
