import type { Variant } from '../../api/types.ts';

/** The variant that is made for a provider; one that names no provider fits all of them. */
export function variantFor(variants: readonly Variant[], provider: string): Variant | undefined {
  return (
    variants.find((variant) => variant.providers.includes(provider)) ??
    variants.find((variant) => variant.providers.length === 0)
  );
}
