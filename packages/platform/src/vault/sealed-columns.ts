import type { Tables } from '@pileus/database';

/** Where one secret is kept, which its sealed text is bound to: it opens at its own place and nowhere else. */
export type Place = string & { readonly kind: 'place' };

/** A column of the database that holds sealed texts. */
export interface SealedColumn<Row = never> {
  readonly table: keyof Tables;
  readonly column: string;
  /** By what a row is found again. */
  readonly key: readonly string[];
  /** One text, or a JSON object of them, each with a name of its own. */
  readonly holds: 'text' | 'texts';
  /** The columns that a place is made of; of one among several texts also its name. */
  readonly placed: readonly string[];
  place(row: Row): Place;
}

/**
 * Every column that holds sealed texts. A secret is sealed for a place, and a place is made here alone: what is not written down here
 * cannot be sealed, so that wrapping anew reaches all there is.
 */
export const sealedColumns = {
  accountSecrets: column<{ readonly id: string; readonly name: string }>({
    table: 'account',
    column: 'secrets',
    key: ['id'],
    holds: 'texts',
    placed: ['id'],
    place: ({ id, name }) => `${id}|${name}`,
  }),
  factorSecret: column<{ readonly user_id: string }>({
    table: 'factor',
    column: 'secret',
    key: ['id'],
    holds: 'text',
    placed: ['user_id'],
    place: ({ user_id }) => `${user_id}|totp`,
  }),
  challengeContent: column<{ readonly what: string }>({
    table: 'challenge',
    column: 'content',
    key: ['token'],
    holds: 'text',
    placed: ['what'],
    place: ({ what }) => `challenge|${what}`,
  }),
  signInMethodSecret: column<{ readonly id: string }>({
    table: 'sign_in_method',
    column: 'secret',
    key: ['id'],
    holds: 'text',
    placed: ['id'],
    place: ({ id }) => `${id}|secret`,
  }),
  idempotencyBody: column<{ readonly user_id: string; readonly key: string }>({
    table: 'idempotency',
    column: 'body',
    key: ['user_id', 'key'],
    holds: 'text',
    placed: ['user_id', 'key'],
    place: ({ user_id, key }) => `${user_id}|${key}|answer`,
  }),
  webhookSecret: column<{ readonly id: string }>({
    table: 'webhook',
    column: 'secret',
    key: ['id'],
    holds: 'text',
    placed: ['id'],
    place: ofWebhook,
  }),
  /** The one before, for a while: as it was, so that it opens where it was. */
  webhookOldSecret: column<{ readonly id: string }>({
    table: 'webhook',
    column: 'old_secret',
    key: ['id'],
    holds: 'text',
    placed: ['id'],
    place: ofWebhook,
  }),
  /** One that is brought back is another version as it was, so that it opens there too. */
  secretValue: column<{ readonly secret: string }>({
    table: 'secret_version',
    column: 'value',
    key: ['secret', 'number'],
    holds: 'text',
    placed: ['secret'],
    place: ({ secret }) => `${secret}|value`,
  }),
  /** Its name is made of its organization and its value. */
  secretInput: column<{ readonly name: string }>({
    table: 'input_secret',
    column: 'sealed',
    key: ['plan', 'name'],
    holds: 'text',
    placed: ['name'],
    place: ({ name }) => `${name}|input`,
  }),
  fingerprintKey: column<Readonly<Record<never, never>>>({
    table: 'fingerprint_key',
    column: 'sealed',
    key: ['is_only'],
    holds: 'text',
    placed: [],
    place: () => 'installation|fingerprint key',
  }),
} as const;

/** As they are walked through: whose places are made of the very columns that `placed` names. */
export const allSealedColumns = Object.values(sealedColumns) as readonly SealedColumn<
  Readonly<Record<string, string>>
>[];

function ofWebhook({ id }: { readonly id: string }): string {
  return `webhook|${id}|secret`;
}

function column<Row>({
  place,
  ...declared
}: Omit<SealedColumn, 'place'> & { place(row: Row): string }): SealedColumn<Row> {
  return { ...declared, place: (row) => place(row) as Place };
}

/** What a person knows a secret by. */
export function nameOf(place: Place): string {
  return place.split('|').at(-1) ?? place;
}
