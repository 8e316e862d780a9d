import type { Observed } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { KeyPair } from './answers.ts';
import type { Client } from './client.ts';
import { collection } from './collection.ts';
import { parse } from './identity.ts';
import { mapped } from './mapped.ts';
import { failure } from './reason.ts';

/**
 * Key pairs (Nova, `/os-keypairs`), known by their name, which exists once per user: the claim. They carry no mark; one of
 * the same name with the same key is taken for ours.
 */
export function keyPairs({ compute }: Client): Driver<'key-pair'> {
  const names = { kind: 'key-pair', path: 'os-keypairs', many: 'keypairs' } as const;
  const all = collection(compute, names, KeyPair);
  return {
    ...mapped(all, {}, show),
    once: { by: 'claim' },
    async create({ name, publicKey }, { signal }) {
      const body = { keypair: { name, public_key: publicKey.trim() } };
      const answer = await compute.send('POST', { path: 'os-keypairs', body, or: [409] }, signal);
      if (answer.status !== 409) return parse(KeyPair, answer, compute.title).keypair.name;
      const there = await all.read(name, signal);
      if (there && sameKey(there.keypair.public_key, publicKey)) return there.keypair.name;
      throw failure('provider-invalid', {
        en: `there is already a key pair named ${name} with another public key; choose another name`,
        'zh-CN': `已存在名为 ${name} 但公钥不同的密钥对，请换一个名称`,
      });
    },
    delete: all.delete,
  };
}

/** Type and key; the comment behind them does not matter. */
function sameKey(one: string, other: string): boolean {
  const material = (key: string) => key.trim().split(/\s+/).slice(0, 2).join(' ');
  return material(one) === material(other);
}

function show({ keypair }: { readonly keypair: KeyPair }): Observed<'key-pair'> {
  return {
    kind: 'key-pair',
    ref: keypair.name,
    name: keypair.name,
    state: 'ready',
    native: 'available',
    details: { fingerprint: keypair.fingerprint || undefined },
    // The key cannot be changed, and lists write it in many ways.
    shown: { name: keypair.name },
  };
}
