import { Secret } from '@pileus/model';

/** Keys as the environment gives them: 32 times the same byte each. The first one seals. */
export function environmentKeys(...bytes: number[]) {
  const keys = bytes.map((byte) => Buffer.alloc(32, byte).toString('base64')).join(',');
  return { sealing: 'environment', environment: { keys: new Secret(keys), setting: 'PILEUS_SECRET_KEY' } } as const;
}
