import { Failure, type Secret } from '@pileus/model';

const forms = [
  { looks: /^[0-9a-f]{64}$/i, encoding: 'hex' },
  { looks: /^[A-Za-z0-9+/_-]{43}=?$/, encoding: 'base64url' },
] as const;

/**
 * Keys as people write them, separated by commas or lines: 32 bytes each, in base64 or hex. The first one seals. `setting` is
 * where they were written; what is wrong is said without them.
 */
export function readKeys(written: Secret, setting: string): readonly [Buffer, ...Buffer[]] {
  const texts = written
    .reveal()
    .split(/[\s,]+/)
    .filter((one) => one !== '');
  const [first, ...others] = texts.map((text, at) => {
    const form = forms.find(({ looks }) => looks.test(text));
    if (!form) throw wrong(setting, `key ${at + 1} of ${texts.length} is none`);
    return Buffer.from(text, form.encoding);
  });
  if (!first) throw wrong(setting, 'there is none');
  return [first, ...others];
}

function wrong(setting: string, what: string): Failure {
  return new Failure('invalid', {
    what: setting,
    reason: `${what}; a key is 32 bytes in base64 or hex, as \`openssl rand -base64 32\` prints them`,
  });
}
