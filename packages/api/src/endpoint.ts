import type { FailureCode } from '@pileus/model';
import { z } from 'zod';
import type { Action, Permission } from './actions.ts';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** What one call of the API is: data, from which the server, OpenAPI, the portal's and the CLI's client all derive. */
export interface Endpoint {
  readonly method: Method;
  /** Below `/api/v1`; parameters in braces: `/deployments/{deployment}`. */
  readonly path: string;
  readonly summary: string;
  /**
   * What the caller must be allowed to do; `public` needs no sign-in, `self` needs only that. Several where what was sent
   * decides which of them it is.
   */
  readonly permission: Permission | readonly [Action, Action, ...Action[]];
  /** Answered also before somebody has the second factor that the organization requires. */
  readonly early?: true;
  /** What it must be allowed for; left out where a parameter of the path names it. */
  readonly on?: On;
  /** What the operation log calls it; every call that changes something has one. */
  readonly action?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The largest body in MiB; 1 unless told. */
  readonly megabytes?: number;
  readonly answer: z.ZodType;
  /** 200 unless told; 202 answers carry `Location: /api/v1/runs/{run}`. */
  readonly status?: 200 | 201 | 202 | 204;
  readonly fails: readonly FailureCode[];
  /** Answers `text/event-stream`; `answer` is then one event's data. */
  readonly stream?: true;
  /** Of a GET of one thing that is changed at the same path: answers carry an `ETag`, and changes are bound to it by `If-Match`. */
  readonly versioned?: Versioned;
  /** Whether `?dryRun=true` shows what would come of it: all that it does is in the database, and it checks no secret. */
  readonly dryRun?: true;
  /** Another call is to be used, from a day on. */
  readonly deprecated?: Deprecated;
}

export interface Versioned {
  /** Fields that become different by themselves, which nobody overwrites: how it is, who uses it. `If-Match` lets them. */
  readonly besides: readonly string[];
}

/** When a call was given up, and what replaces it. */
export interface Deprecated {
  /** A day: `2026-11-28`. */
  readonly since: string;
  /** The day from which on it may be gone; at least half a year after `since`. */
  readonly gone: string;
  /** The call to use: `get /deployments`. */
  readonly instead: string;
}

/** What a call is about when no parameter of its path names it. */
export type On =
  /** Something that is not there yet. */
  | 'new'
  /** All that the caller may see: the handler leaves out the rest. */
  | 'each'
  /** The organization as a whole. */
  | 'organization'
  /** What was sent tells: the handler asks whether the caller may, before it does anything. */
  | 'asked';

export function endpoint<const E extends Endpoint>(declared: E): E {
  return declared;
}

/** A page of a list: pass `nextCursor` back as `cursor` for the next one. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() });
}

export const paging = {
  limit: z.coerce.number<number>().int().min(1).max(500).default(50),
  cursor: z.string().optional(),
};

/** What is sent and never answered: passwords, codes, tokens. A test plants canaries in every field that is marked so. */
export const given = <T extends z.ZodType>(schema: T): T => schema.meta({ writeOnly: true });

/** Every id in an answer is a string; what it names is in its field's name. */
export const id = z.string();
export const time = z.iso.datetime();

/** A text of the server as code and facts, to be said in any language. */
export const Because = z.object({
  reason: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const Problem = z.object({
  at: z.string(),
  message: z.string(),
  because: Because.optional(),
  rule: z.string().optional(),
});

export const FailureView = z.object({
  code: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  /** By fact: what of it is a text of the server's rather than a cloud's. */
  because: z.record(z.string(), Because).optional(),
  problems: z.array(Problem).optional(),
});

export const TextView = z.object({ en: z.string(), 'zh-CN': z.string() });
export const JsonSchema = z.record(z.string(), z.unknown());
