import { stat } from 'node:fs/promises';
import { ApiProblem } from '@pileus/api/client';
import { type Context, unreachable } from '../context.ts';
import { exitCodes, Stop } from '../exit.ts';
import { days } from '@pileus/model';
import { doubted } from '../trust/doubted.ts';
import { meet } from '../trust/meet.ts';
import { collect } from '../pages.ts';
import { reason } from '../run/progress.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Looks at everything between this terminal and the clouds, and says what to do about what is wrong. */
export async function examine(context: Context): Promise<void> {
  const { out, say } = context;
  const findings = [nodeVersion(context), await contextsMode(context), ...(await server(context))];
  await out.list(
    findings,
    [
      { title: ' ', value: ({ ok }) => (ok ? '✓' : '✗'), style: ({ ok }) => (ok ? 'green' : 'red') },
      { title: say('word.check'), value: ({ check }) => check },
      { title: say('word.detail'), value: ({ detail }) => detail },
    ],
    ({ check, ok }) => `${check}: ${ok ? 'ok' : 'failing'}`,
  );
  const count = findings.filter(({ ok }) => !ok).length;
  if (count > 0) throw new Stop(exitCodes.error, say('doctor.somethingWrong', { count }));
  out.message(say('doctor.allWell'));
}

function nodeVersion({ say }: Context): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 22 || (major === 22 && minor >= 18);
  const { version } = process;
  return { check: say('doctor.node'), ok, detail: ok ? version : say('doctor.nodeOld', { version }) };
}

async function contextsMode({ contextsFile: file, say }: Context): Promise<Finding> {
  const check = say('doctor.contexts');
  const found = await stat(file).catch(() => undefined);
  if (!found) return { check, ok: true, detail: say('doctor.noContexts') };
  const open = process.platform !== 'win32' && (found.mode & 0o077) !== 0;
  return { check, ok: !open, detail: open ? say('doctor.openMode', { file }) : file };
}

async function server(context: Context): Promise<Finding[]> {
  const { client, say, signal } = context;
  const findings: Finding[] = [];
  const began = performance.now();
  const ask = async (check: string, look: () => Promise<Omit<Finding, 'check'>>): Promise<boolean> => {
    const found = await look().catch((error: unknown) => ({ ok: false, detail: words(context, error) }));
    findings.push({ check, ...found });
    return found.ok;
  };
  if (context.server.server.startsWith('https:')) {
    await ask(say('doctor.certificate'), () => certificate(context));
  }
  const reached = await ask(say('doctor.server'), async () => {
    const { version } = await client.call('get /info', { signal });
    const milliseconds = Math.round(performance.now() - began);
    return { ok: true, detail: say('doctor.serverOk', { server: context.server.server, version, milliseconds }) };
  });
  if (!reached) return findings;
  const signedIn = await ask(say('doctor.signIn'), async () => {
    const { name, permissions } = await client.call('get /me', { signal });
    return { ok: true, detail: say('doctor.signedIn', { name, count: permissions.length }) };
  });
  if (!signedIn) return findings;
  await ask(say('doctor.accounts'), async () => {
    const { items } = await collect((cursor, limit) =>
      client.call('get /accounts', { query: { cursor, limit }, signal }),
    );
    const failing = items.filter(({ health }) => health.is === 'failing').map(({ name }) => name);
    if (failing.length > 0) return { ok: false, detail: say('doctor.accountsFailing', { names: failing.join(', ') }) };
    return { ok: true, detail: say('doctor.accountsOk', { count: items.length }) };
  });
  return findings;
}

/** What ends within two weeks is told, as long as there is time to do something about it. */
async function certificate({
  server: { server: address },
  trust,
  say,
  signal,
}: Context): Promise<Omit<Finding, 'check'>> {
  const met = await meet(address, trust, signal).catch((error: unknown) => {
    throw unreachable(address, error, say);
  });
  if (met.doubt !== undefined) throw doubted(address, met.doubt, say);
  const until = met.certificate.validToDate;
  const left = until.getTime() - Date.now();
  const facts = { until: until.toISOString().slice(0, 10), days: Math.floor(left / days(1)) };
  const ok = left > days(14);
  return { ok, detail: ok ? say('doctor.certificateOk', facts) : say('doctor.certificateEnds', facts) };
}

function words({ language, say, server: { server: address } }: Context, error: unknown): string {
  if (error instanceof ApiProblem) {
    const said = reason(error.failure, language);
    return error.failure.code === 'not-signed-in' ? `${said}. ${say('message.signInHint', { server: address })}` : said;
  }
  return error instanceof Error ? error.message : String(error);
}
