import type { en } from './en.ts';

type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> };

/** A text for every key that English has. */
export type Dictionary = Words<typeof en>;
