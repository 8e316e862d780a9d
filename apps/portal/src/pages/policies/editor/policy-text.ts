import { readPolicy, type Vocabulary } from '@pileus/policy';
import { formOf, type PolicyForm } from './policy-form.ts';

/** A document as text, the way it is shown and edited. */
export function written(document: unknown): string {
  return JSON.stringify(document, undefined, 2);
}

/**
 * The form for a text, or undefined where the form would lose something of it: it is no JSON, it has no statements, or one of its
 * members stands twice.
 */
export function formOfText(text: string, vocabulary: Vocabulary): PolicyForm | undefined {
  const document = parsed(text);
  if (document === undefined) return undefined;
  const isUnclear = readPolicy(text, vocabulary).problems.some(({ rule }) => rule === 'duplicate-member');
  return isUnclear ? undefined : formOf(document);
}

/** The value of a text, or undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
