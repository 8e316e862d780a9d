import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { endpoints } from '@pileus/api';
import type { Database } from '@pileus/database';
import { sql } from 'kysely';
import { z } from 'zod';

/** Values that are unlike any other, to be found wherever they get to. */
export class Canaries {
  readonly #planted = new Map<string, string>();

  /** A new one, which looks the same when it is encoded for a URL or for JSON nowhere. */
  plant(where: string): string {
    const canary = `Cnry/${randomBytes(9).toString('hex')}+"y`;
    this.note(where, canary);
    return canary;
  }

  /** One that somebody else has made. */
  note(where: string, canary: string): void {
    this.#planted.set(canary, where);
  }

  isIn(value: unknown): boolean {
    const text = JSON.stringify(value) ?? '';
    return [...this.#planted.keys()].some((canary) => text.includes(JSON.stringify(canary).slice(1, -1)));
  }

  /** Where each one is found in a text, in whatever form: `password of … is here in base64`. */
  findings(text: string, here: string): string[] {
    return Array.from(this.#planted, ([canary, where]) =>
      Object.entries(formsOf(canary)).flatMap(([form, parts]) =>
        parts.some((part) => text.includes(part)) ? [`${where} is in ${here} (${form})`] : [],
      ),
    ).flat();
  }
}

/** Written by what it is to find rather than by what hides it: by encoding it with bytes around it. */
function formsOf(canary: string): Record<string, string[]> {
  const aligned = ['', 'a', 'ab'].flatMap((before) => {
    const text = Buffer.from(`${before}${canary}abc`).toString('base64');
    // What of it depends on the canary alone.
    const inside = text.slice(4, 4 + Math.floor((canary.length - 4) / 3) * 4);
    return [inside, inside.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = Buffer.from(canary).toString('hex');
  return {
    'as it is': [canary],
    'in base64': aligned,
    'percent-encoded': [encodeURIComponent(canary), canary.replaceAll('"', '%22'), canary.replaceAll('+', '%2B')],
    'in JSON': [JSON.stringify(canary).slice(1, -1), JSON.stringify(JSON.stringify(canary)).slice(3, -3)],
    'as a row': [canary.replaceAll('"', '""')],
    'in hex': [hex, hex.toUpperCase()],
  };
}

/** Everything in a database: each row of each table, as text; bytes are in hex there. */
export async function dumpOf(database: Database): Promise<Map<string, string>> {
  const { rows } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(database);
  const tables = new Map<string, string>();
  for (const { schema, name } of rows) {
    const found = await sql<{ row: string }>`select t::text as row from ${sql.table(`${schema}.${name}`)} t`.execute(
      database,
    );
    tables.set(`table ${name}`, found.rows.map(({ row }) => row).join('\n'));
  }
  return tables;
}

/** The content of every file below a directory, but for those named. */
export async function filesIn(directory: string, except: readonly string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || except.includes(entry.name)) continue;
    // Those of a database come and go.
    const content = await readFile(path, 'latin1').catch(() => '');
    files.set(`file ${relative(directory, path)}`, content);
  }
  return files;
}

export interface GivenField {
  /** `post /users password`. */
  readonly name: string;
  readonly isMarked: boolean;
}

/** The fields of what callers send, by the declarations of the API. */
export function givenFields(): GivenField[] {
  return endpoints.flatMap(({ method, path, ...endpoint }) => {
    if (!('body' in endpoint)) return [];
    const schema = z.toJSONSchema(endpoint.body, { io: 'input', unrepresentable: 'any' });
    return fieldsOf(schema).map(([name, isMarked]) => ({ name: `${method} ${path} ${name}`, isMarked }));
  });
}

type Schema = z.core.JSONSchema._JSONSchema;

function fieldsOf(schema: Schema | undefined): [name: string, isMarked: boolean][] {
  if (typeof schema !== 'object') return [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]): [string, boolean][] => {
    const isMarked = typeof field === 'object' && field.writeOnly === true;
    return [[name, isMarked], ...fieldsOf(field).map(([inner, is]): [string, boolean] => [`${name}.${inner}`, is])];
  });
  const others = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(fieldsOf);
  const all = new Map<string, boolean>();
  for (const [name, isMarked] of [...own, ...others]) all.set(name, isMarked || (all.get(name) ?? false));
  return [...all];
}
