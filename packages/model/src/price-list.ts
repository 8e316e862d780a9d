import { z } from 'zod';

/** Nine digits before the point: no hour of anything costs a thousand million. */
const price = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,6})?$/, 'A price is digits with up to six after the point, written as text: "0.25"');
const name = z.string().min(1).max(255);

const ServerPrice = z.strictObject({
  perHour: price,
  /** While it is stopped; the same as while it runs unless told. */
  stoppedPerHour: price.optional(),
});

const VolumePrice = z.strictObject({ perGigabyteMonth: price });

const FixedPrice = z
  .strictObject({ perHour: price.optional(), perMonth: price.optional() })
  .refine(({ perHour, perMonth }) => (perHour === undefined) !== (perMonth === undefined), {
    message: 'Either a price per hour or one per month',
  });

/** What the resources of an account cost, in one currency. */
export const PriceList = z.strictObject({
  /** ISO 4217. */
  currency: z
    .string()
    .refine(
      (code) => Intl.supportedValuesOf('currency').includes(code),
      'An ISO 4217 code is three letters such as CNY',
    )
    .default('CNY'),
  servers: z
    .strictObject({
      /** By the flavor's name, or its id at the cloud. */
      flavors: z.record(name, ServerPrice).default({}),
      /** For flavors that are not named, by their size. */
      rule: z
        .strictObject({
          perCoreHour: price,
          perGigabyteHour: price,
          stoppedPerCoreHour: price.optional(),
          stoppedPerGigabyteHour: price.optional(),
        })
        .optional(),
      /** For servers that neither of the two has a price for, such as machines that are there anyway. */
      other: ServerPrice.optional(),
    })
    .default({ flavors: {} }),
  volumes: z
    .strictObject({
      /** By volume type. */
      types: z.record(name, VolumePrice).default({}),
      /** For types that are not named, and volumes without one. */
      other: VolumePrice.optional(),
    })
    .default({ types: {} }),
  /** A public address. */
  addresses: FixedPrice.optional(),
  /** Costs nothing unless told. */
  routers: FixedPrice.optional(),
});
export type PriceList = z.infer<typeof PriceList>;
