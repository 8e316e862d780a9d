import { join } from 'node:path';
import { managedKinds, type Clock, type Text } from '@pileus/model';
import { defineProvider, type Catalogues, type Check, type Connection, type Drivers } from '../provider.ts';
import { fixedCatalogue, flavors, images } from './catalogue.ts';
import { chanceOf } from './chance.ts';
import { cloudOf } from './cloud.ts';
import { driverOf } from './driver.ts';
import { eventsInFile, eventsInMemory } from './events.ts';
import { SimulatedAccount } from './settings.ts';
import { prices } from './prices.ts';
import { pretendedShell } from './shell.ts';
import { weatherOf, type Weather } from './weather.ts';

export { SimulatedAccount } from './settings.ts';

/**
 * A cloud that is not there: every kind of resource, with delays, lag, limits and faults to order, so that templates, the
 * portal and the engine can be tried without an account anywhere. Its catalogue always holds one external network.
 */
export const simulated = defineProvider({
  id: 'simulated',
  title: { en: 'Simulated cloud', 'zh-CN': '模拟云' },
  category: 'private',
  simulated: true,
  account: SimulatedAccount,
  prices,
  connect: (account, { clock, directory }) => connectSimulated(account, clock, directory),
});

function connectSimulated(account: SimulatedAccount, clock: Clock, directory: string): Connection {
  const chance = chanceOf(account.seed);
  const events = account.keep ? eventsInFile(join(directory, 'simulated-cloud.jsonl')) : eventsInMemory();
  const cloud = cloudOf(account, events, chance);
  cloud.compact(clock.now());
  const weather = weatherOf(account, clock, chance);
  const simulation = { account, cloud, weather, chance };

  // Each driver is made for the kind it stands under; TypeScript does not follow that through Object.fromEntries.
  const drivers = Object.fromEntries(
    managedKinds.map((kind) => [kind, driverOf(kind, simulation)]),
  ) as unknown as Drivers;
  const pass = (operation: string, signal: AbortSignal) => weather.carry({ operation, key: '', signal }, () => {});
  const catalogues: Catalogues = {
    ...drivers,
    flavor: fixedCatalogue('flavor', flavors, pass),
    image: fixedCatalogue('image', images, pass),
  };
  return {
    catalogues,
    drivers,
    check: (signal) => checkSimulated(weather, clock, signal),
    shell: (server) => pretendedShell(server, cloud, clock),
  };
}

async function* checkSimulated(weather: Weather, clock: Clock, signal: AbortSignal): AsyncGenerator<Check> {
  for (const service of ['identity', 'compute', 'network', 'volume']) {
    const from = clock.now();
    let ok = true;
    await weather.carry({ operation: `check ${service}`, key: '', signal }, () => {}).catch(() => (ok = false));
    signal.throwIfAborted();
    yield { service, ok, detail: ok ? answers : silent, milliseconds: clock.now() - from };
  }
}

const answers: Text = {
  en: 'Answers; it is simulated, nothing there is real',
  'zh-CN': '应答正常（模拟服务，并非真实资源）',
};
const silent: Text = {
  en: 'Does not answer: the simulated region is down or loses calls',
  'zh-CN': '没有应答：模拟区域故障或丢失请求',
};
