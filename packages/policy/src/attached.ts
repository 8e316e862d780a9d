import type { PolicyDocument } from './document.ts';

/** Who acts, or what somebody who acts belongs to: a user, a group, a service account. */
export interface Principal {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/** A policy as it is attached to somebody. */
export interface Attached {
  readonly policy: string;
  readonly name: string;
  readonly document: PolicyDocument;
  /** The group it came through, when it is not attached to the principal itself. */
  readonly via?: Principal | undefined;
}

/** The statement that a decision rests on. */
export interface Grounds {
  readonly effect: 'Allow' | 'Deny';
  readonly policy: string;
  readonly name: string;
  /** Its place in the document, from 0. */
  readonly statement: number;
  readonly sid?: string;
  readonly via?: Principal;
}
