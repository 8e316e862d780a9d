import type { PriceList } from '@pileus/model';

/** Made up, like the cloud: near what such sizes cost at public clouds, so that plans show what they would. */
export const prices: PriceList = {
  currency: 'CNY',
  servers: {
    flavors: {
      'sim.small': { perHour: '0.12', stoppedPerHour: '0.02' },
      'sim.medium': { perHour: '0.36', stoppedPerHour: '0.06' },
      'sim.large': { perHour: '0.72', stoppedPerHour: '0.12' },
      'sim.xlarge': { perHour: '1.44', stoppedPerHour: '0.24' },
    },
  },
  volumes: { types: {}, other: { perGigabyteMonth: '0.35' } },
  addresses: { perMonth: '20' },
};
