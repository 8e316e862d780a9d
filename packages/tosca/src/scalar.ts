/** What a plain scalar means under the core schema of YAML 1.2 (§10.3.2). */
export function resolveScalar(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  // Only these can begin anything but a text: digits, + - . ~ and the first letters of null, true and false.
  const mayBeOther =
    (first >= 43 && first <= 57) ||
    first === 126 ||
    first === 78 ||
    first === 110 ||
    first === 84 ||
    first === 116 ||
    first === 70 ||
    first === 102;
  if (!mayBeOther) return text === '' ? null : text;
  if (isNull.test(text)) return null;
  if (isBoolean.test(text)) return text[0] === 't' || text[0] === 'T';
  if (isInteger.test(text)) return Number(text);
  if (isFloat.test(text)) return Number.parseFloat(text);
  if (isOctal.test(text) || isHexadecimal.test(text)) return Number(text);
  if (isNotFinite.test(text))
    return text.toLowerCase().endsWith('nan') ? Number.NaN : text[0] === '-' ? -Infinity : Infinity;
  return text;
}

const isNull = /^(?:~|[Nn]ull|NULL)$/;
const isBoolean = /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/;
const isInteger = /^[-+]?[0-9]+$/;
const isOctal = /^0o[0-7]+$/;
const isHexadecimal = /^0x[0-9a-fA-F]+$/;
const isFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|\.[0-9]+[eE][-+]?[0-9]+)$/;
const isNotFinite = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
