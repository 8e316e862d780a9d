import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

/** The test bed testbeds/ssh-hosts. */
const state = process.env['SSHBED_STATE'] ?? '/var/tmp/pileus-testbeds/ssh-hosts';

export interface BedHost {
  readonly name: string;
  readonly address: string;
  /** Its public key. */
  readonly hostKey: string;
}

export interface Bed {
  readonly hosts: readonly BedHost[];
  readonly privateKey: string;
}

/** The bed, or why it cannot be used. */
export async function findBed(): Promise<Bed | string> {
  const text = await readFile(join(state, 'hosts.txt'), 'utf8').catch(() => '');
  const hosts = text
    .split('\n')
    .filter(Boolean)
    .map((line): BedHost => {
      const [name = '', address = '', ...key] = line.split(' ');
      return { name, address, hostKey: key.join(' ') };
    });
  const [first] = hosts;
  if (!first || !(await listens(first.address))) return 'no SSH hosts: start testbeds/ssh-hosts/up';
  if (hosts.length < 10) return `there are ${hosts.length} SSH hosts, and 10 are needed: testbeds/ssh-hosts/up`;
  return { hosts, privateKey: await readFile(join(state, 'key'), 'utf8') };
}

/** Pulls the plug of hosts, and starts them again. */
export function reboot(...names: string[]): Promise<void> {
  const script = join(import.meta.dirname, '../../../../testbeds/ssh-hosts/reboot');
  return new Promise((done, failed) => {
    const child = spawn(script, names, { stdio: 'ignore' });
    child.once('error', failed);
    child.once('close', (code) => (code === 0 ? done() : failed(new Error(`reboot ended with exit code ${code}`))));
  });
}

function listens(host: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host, port: 22, timeout: 2_000 });
    for (const event of ['error', 'timeout'])
      socket.once(event, () => {
        socket.destroy();
        done(false);
      });
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
  });
}
