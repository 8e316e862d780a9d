import type { Clock, Text } from '@pileus/model';
import type { Check } from '@pileus/provider';
import type { Account } from './account.ts';
import type { Client, Service } from './client.ts';
import { reasonOf } from './reason.ts';
import { serviceNames, settingsOf, type ServiceName } from './services.ts';

/** A cheap call that needs the token, by which a service shows that it works for this account. */
const trials: Readonly<Record<Exclude<ServiceName, 'identity'>, string>> = {
  compute: 'servers',
  network: 'networks',
  image: 'images',
  volume: 'volumes',
};

/** Tries the services one by one, Keystone first, and says which of the account's settings is to blame. */
export async function* check(
  client: Client,
  account: Account,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Check> {
  let signedIn = false;
  for (const name of serviceNames) {
    const startedAt = clock.now();
    let found = notTried;
    if (name === 'identity') {
      found = await tryIdentity(client, account, signal);
      signedIn = found.ok;
    } else if (signedIn) {
      found = await tryService(client[name], account, signal);
    }
    yield { service: name, ...found, milliseconds: clock.now() - startedAt };
  }
}

type Found = Pick<Check, 'ok' | 'endpoint' | 'detail'>;

async function tryIdentity({ session }: Client, account: Account, signal: AbortSignal): Promise<Found> {
  const given = settingsOf(account, 'identity').override ?? account.url;
  try {
    const base = await session.base(signal);
    const { user, project } = await session.token(signal);
    return { ok: true, endpoint: base.href, detail: same(`Keystone v3, ${user}@${project.name}`) };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, endpoint: given, detail: reasonOf(error) };
  }
}

async function tryService(service: Service, account: Account, signal: AbortSignal): Promise<Found> {
  let endpoint: URL | undefined;
  try {
    endpoint = await service.endpoint(signal);
    const path = trials[service.name as keyof typeof trials];
    await service.send('GET', { path, query: new URLSearchParams({ limit: '1' }) }, signal);
    const microversion = await service.microversion(signal);
    return { ok: true, endpoint: endpoint.href, detail: same([service.title, microversion].filter(Boolean).join(' ')) };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, endpoint: endpoint?.href, detail: withAdvice(reasonOf(error), service, endpoint, account) };
  }
}

/** Whose word the address was, and what to write where when it cannot be reached. */
function withAdvice(reason: Text, { settings, title }: Service, endpoint: URL | undefined, account: Account): Text {
  if (!endpoint) return reason;
  if (settings.override) {
    return {
      en: `${settings.option} leads to ${endpoint.href}: ${reason.en}`,
      'zh-CN': `${settings.option} 指向 ${endpoint.href}：${reason['zh-CN']}`,
    };
  }
  const here = URL.canParse(account.url) ? new URL(account.url) : undefined;
  if (!here || here.hostname === endpoint.hostname) {
    return {
      en: `Keystone's catalogue has ${title} at ${endpoint.href}: ${reason.en}`,
      'zh-CN': `服务目录中 ${title} 的地址是 ${endpoint.href}：${reason['zh-CN']}`,
    };
  }
  const instead = new URL(endpoint);
  instead.hostname = here.hostname;
  return {
    en: `Keystone's catalogue has ${title} at ${endpoint.href}: ${reason.en}. If that address is known only inside the cloud, set ${settings.option} in the custom configuration, for instance to ${instead.href}`,
    'zh-CN': `服务目录中 ${title} 的地址是 ${endpoint.href}：${reason['zh-CN']}。如果该地址仅在云内部可达，请在自定义配置中设置 ${settings.option}，例如 ${instead.href}`,
  };
}

const notTried: Found = {
  ok: false,
  detail: { en: 'not tried: Keystone has to let us in first', 'zh-CN': '未检查：需先通过 Keystone 认证' },
};

const same = (text: string): Text => ({ en: text, 'zh-CN': text });
