import { spawn } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import type { Text } from '@pileus/model';
import type { Check } from '@pileus/provider';
import { canBind } from './address.ts';
import { textOf } from './place.ts';

interface Finding {
  readonly ok: boolean;
  readonly detail: Text;
}

/** Tries what hosts on this machine need, one thing at a time. */
export async function* checkMachine(directory: string, signal: AbortSignal): AsyncGenerator<Check> {
  yield await timed('directory', () => roomIn(directory), signal);
  yield await timed('scripts', () => scripts(signal), signal);
  yield await timed('addresses', addresses, signal);
}

async function timed(service: string, look: () => Promise<Finding>, signal: AbortSignal): Promise<Check> {
  signal.throwIfAborted();
  const from = performance.now();
  const finding = await look();
  return { service, ...finding, milliseconds: Math.round(performance.now() - from) };
}

async function roomIn(directory: string): Promise<Finding> {
  try {
    await mkdir(directory, { recursive: true });
    const { bavail, bsize } = await statfs(directory);
    const gigabytes = (bavail * bsize) / 1e9;
    const free = gigabytes.toFixed(1);
    if (gigabytes < 0.2) {
      return bad(
        `Only ${free} GB are free at ${directory}; make room there`,
        `${directory} 仅剩 ${free} GB，请清理磁盘`,
      );
    }
    return good(`${free} GB free at ${directory}`, `${directory} 剩余 ${free} GB`);
  } catch (error) {
    return bad(`${directory} cannot be used: ${String(error)}`, `${directory} 不可用：${String(error)}`);
  }
}

/** Supervised programs get a session of their own, from `setsid` or from Perl. */
async function scripts(signal: AbortSignal): Promise<Finding> {
  const found = await shellAnswer(
    'for tool in setsid perl; do command -v $tool > /dev/null && echo $tool; done; echo sh',
    signal,
  );
  if (!found) return bad('There is no /bin/sh that works', '没有可用的 /bin/sh');
  if (!(await textOf('/proc/self/stat'))) {
    return bad('Hosts on this machine need Linux and its /proc', '本机主机需要 Linux 及其 /proc');
  }
  const tools = found.trim().split('\n').toReversed().join(', ');
  if (tools === 'sh') {
    return bad(
      'Scripts run, but programs cannot be supervised: install setsid (util-linux) or Perl',
      '脚本可以运行，但无法守护进程：请安装 setsid（util-linux）或 Perl',
    );
  }
  return good(`Scripts run here (${tools})`, `可以运行脚本（${tools}）`);
}

async function addresses(): Promise<Finding> {
  if (await canBind('127.64.0.1')) {
    return good('Each host gets a loopback address of its own', '每台主机有自己的环回地址');
  }
  return good('All hosts share 127.0.0.1, so their ports must differ', '所有主机共用 127.0.0.1，端口不能重复');
}

function shellAnswer(script: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], signal });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.once('error', () => resolve(''));
    child.once('close', () => resolve(text));
  });
}

const good = (en: string, zh: string): Finding => ({ ok: true, detail: { en, 'zh-CN': zh } });
const bad = (en: string, zh: string): Finding => ({ ok: false, detail: { en, 'zh-CN': zh } });
