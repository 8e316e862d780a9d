import { Client } from 'pg';
import { connecting } from './database.ts';
import { databaseFailure, unavailable } from './unavailable.ts';

/** The tables of which a server's role may not do everything: it may add rows and read them, or only read. */
export type Narrowed = Readonly<Record<string, 'add' | 'read'>>;

/**
 * Lets the role of `server` work with the tables that the role of `owner` has made. It owns none of them, so it can neither
 * change them nor switch their triggers off; what it makes by itself, the queue of background jobs, is its own. May be done
 * again at any time, and has to be after tables were added.
 *
 * @throws Failure `database-unavailable` where the server's role may do all that the owner's may, and where the owner may not
 * give what is needed.
 */
export async function admit(owner: string, server: string, narrowed: Narrowed): Promise<void> {
  const role = await connected(server, 'pileus', async (client) => {
    const { rows } = await client.query<{ role: string }>('select current_user as role');
    return rows[0]?.role ?? '';
  });
  await connected(owner, 'pileus owner', async (client) => {
    await refuseEqual(client, role);
    await client.query('begin');
    try {
      // Servers that start together do this one after the other.
      await client.query(`select pg_advisory_xact_lock(hashtextextended('pileus admit', 0))`);
      for (const statement of grants(client, role, narrowed)) await client.query(statement);
      await client.query('commit');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === notPermitted)
        throw unavailable(`the user of DATABASE_OWNER_URL cannot give ${role} its rights: ${error.message}`, error);
      throw error;
    }
  });
}

const notPermitted = '42501';

async function connected<T>(url: string, name: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(connecting(url, name));
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw databaseFailure(error) ?? error;
  } finally {
    await client.end().catch(() => {});
  }
}

async function refuseEqual(client: Client, role: string): Promise<void> {
  const { rows } = await client.query<{ equal: boolean }>(
    `select rolsuper or pg_has_role(rolname, current_user, 'member') or pg_has_role(rolname, schema.nspowner, 'member')
       as equal
     from pg_roles, pg_namespace as schema where rolname = $1 and schema.nspname = current_schema()`,
    [role],
  );
  if (rows[0]?.equal === false) return;
  throw unavailable(
    `${role}, the user of DATABASE_URL, may do all that the owner of the tables may; give it a role of its own that is ` +
      `neither a superuser nor a member of the owner's, and owns neither the database nor its schema`,
  );
}

function grants(client: Client, role: string, narrowed: Narrowed): string[] {
  const to = client.escapeIdentifier(role);
  const here = (statement: string): string =>
    `do $grant$ begin execute format(${client.escapeLiteral(`${statement} ${to.replaceAll('%', '%%')}`)}, ` +
    `current_database(), current_schema()); end $grant$`;
  return [
    here('grant connect, create on database %1$I to'),
    here('grant usage on schema %2$I to'),
    here('revoke all on all tables in schema %2$I from'),
    here('grant select, insert, update, delete on all tables in schema %2$I to'),
    here('grant usage on all sequences in schema %2$I to'),
    ...Object.entries(narrowed).map(([table, may]) => {
      const not = may === 'read' ? 'insert, update, delete' : 'update, delete';
      return `revoke ${not} on ${client.escapeIdentifier(table)} from ${to}`;
    }),
  ];
}
