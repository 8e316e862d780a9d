import { z } from 'zod';

/** The version of the language that documents are written in. */
export const policyVersion = '2026-11-01';

/** The most that a document may be. */
export const policyLimits = { bytes: 64 * 1024, statements: 200, characters: 512 } as const;

const Texts = z.union([z.string(), z.array(z.string()).min(1).readonly()]);
const Value = z.union([z.string(), z.number(), z.boolean()]);
const Values = z.union([Value, z.array(Value).min(1).readonly()]);

/** `{ "StringEquals": { "project": ["shop", "blog"] } }`: operator, key, one value or several. */
export const Condition = z.record(z.string(), z.record(z.string(), Values));
export type Condition = z.infer<typeof Condition>;

/** What is allowed or denied. Either `Action` or `NotAction`, and either `Resource` or `NotResource`: `readPolicy` sees to it. */
export const Statement = z.strictObject({
  /** A name of its own within the document; a decision tells which statement made it. */
  Sid: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,63}$/u)
    .optional(),
  Effect: z.enum(['Allow', 'Deny']),
  /** `server.stop`, `server.*`, `*.read`, `*`. */
  Action: Texts.optional(),
  NotAction: Texts.optional(),
  /** `*`, `server/*`, `server/web-?`: a kind, and the id or the name of a resource. */
  Resource: Texts.optional(),
  NotResource: Texts.optional(),
  Condition: Condition.optional(),
});
export type Statement = z.infer<typeof Statement>;

/** A policy as people write and keep it. */
export const PolicyDocument = z.strictObject({
  Version: z.literal(policyVersion),
  Statement: z.array(Statement).min(1).max(policyLimits.statements).readonly(),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** Where one may stand for several. */
export function all<T extends string | number | boolean>(oneOrMany: T | readonly T[] | undefined): readonly T[] {
  if (oneOrMany === undefined) return [];
  return typeof oneOrMany === 'object' ? oneOrMany : [oneOrMany];
}
