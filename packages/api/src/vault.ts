import { z } from 'zod';
import { endpoint, FailureView, id, time } from './endpoint.ts';

export const RewrapView = z.object({
  id,
  askedBy: z.string(),
  askedAt: time,
  /** So many secrets were wrapped anew. */
  wrapped: z.number(),
  /** So many could not be, and stay as they were. */
  passedOver: z.number(),
  /** Why the first of those could not, or why it does not go on just now. */
  failure: FailureView.optional(),
  /** While it is absent, it goes on. */
  endedAt: time.optional(),
});

export const VaultView = z.object({
  /** Where the key is that secrets are wrapped under. */
  provider: z.enum(['file', 'environment', 'transit']),
  /** That key first, then the others that are here or that something is wrapped under. */
  keys: z.array(
    z.object({
      /** A digest of the key; of a transit engine's its name and version; `v1` of what was sealed before keys had ids. */
      id,
      /** Where it is; absent when the server that answers does not have it. */
      provider: z.enum(['file', 'environment', 'transit']).optional(),
      isNewest: z.boolean(),
      /** So many secrets are wrapped under it. One that is not the newest can go when there are none. */
      secrets: z.number(),
      /** How many of them in which column of the database. */
      columns: z.array(z.object({ column: z.string(), secrets: z.number() })),
    }),
  ),
  /** The last time they were wrapped anew. */
  rewrap: RewrapView.optional(),
});

export const vault = [
  endpoint({
    method: 'get',
    path: '/vault',
    summary: 'Which keys wrap how many of the secrets of the platform; for those who run it',
    permission: 'vault.read',
    on: 'organization',
    answer: VaultView,
    fails: ['not-allowed', 'key-provider-refused', 'key-provider-unreachable'],
  }),
  endpoint({
    method: 'post',
    path: '/vault/rewrap',
    summary: 'Wrap every secret of the platform under the newest key, in the background; one that is under way goes on',
    permission: 'vault.rewrap',
    on: 'organization',
    action: 'VAULT_REWRAP',
    answer: RewrapView,
    fails: ['not-allowed'],
  }),
] as const;
