import { connect } from 'node:net';
import { plainCall, seconds, type Duration } from '@pileus/model';
import type { Watch } from '@pileus/orchestrator';
import type { Shell } from '@pileus/provider';
import type { Finding } from './health.ts';

/** Where a watched instance is to be found. */
export interface Place {
  readonly address: string | undefined;
  readonly shell: Shell | undefined;
}

/** Looks once whether an instance answers as its policy says it should. */
export async function look(watch: Watch, { address, shell }: Place, signal: AbortSignal): Promise<Finding> {
  const { check, port, path, command, timeout } = watch;
  if (check === 'none') return undefined;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds(timeout))]);
  if (check === 'command') {
    if (!shell) return 'there is no shell on its host to run the check with';
    return commandFails(shell, command ?? 'true', seconds(timeout), limit);
  }
  if (address === undefined) return 'it has no address yet';
  if (port === undefined) return 'its policy names no port to look at';
  return check === 'tcp' ? portFails(address, port, limit) : pageFails(address, port, path, limit);
}

function portFails(host: string, port: number, signal: AbortSignal): Promise<Finding> {
  return new Promise((done) => {
    const socket = connect({ host, port });
    const end = (finding: Finding): void => {
      socket.destroy();
      signal.removeEventListener('abort', onAbort);
      done(finding);
    };
    const onAbort = (): void => end(`${host}:${port} does not answer`);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => end(undefined));
    socket.once('error', (error) => end(`${host}:${port}: ${error.message}`));
  });
}

async function pageFails(host: string, port: number, path: string, signal: AbortSignal): Promise<Finding> {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}${path.startsWith('/') ? path : `/${path}`}`;
  try {
    const answer = await fetch(url, { signal, redirect: 'manual' });
    await answer.body?.cancel();
    return answer.status < 400 ? undefined : `${url} answers ${answer.status}`;
  } catch (error) {
    const reason = signal.aborted ? 'does not answer in time' : messageOf(error);
    return `${url}: ${reason}`;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

let numbers = 0;

async function commandFails(shell: Shell, command: string, within: Duration, signal: AbortSignal): Promise<Finding> {
  const script = new TextEncoder().encode(`#!/bin/sh\n${command}\n`);
  const token = `look-${process.pid}-${Date.now().toString(36)}-${++numbers}`;
  const lines: string[] = [];
  const log = (line: string): void => void (lines.length < 5 && lines.push(line));
  try {
    const files = new Map([['check.sh', script]]);
    await shell.run(
      { name: 'check', script: 'check.sh', files, environment: {}, within },
      { ...plainCall(token), signal, log },
    );
    return undefined;
  } catch (error) {
    return [messageOf(error), ...lines].join('; ').slice(0, 500);
  }
}
