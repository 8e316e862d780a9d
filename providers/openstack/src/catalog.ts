import type { Text } from '@pileus/model';
import type { Catalog } from './answers.ts';
import { failure } from './reason.ts';
import { services, type ServiceName, type ServiceSettings } from './services.ts';

/** Where a service is, by the account's own word or by Keystone's catalogue. */
export function endpointOf(catalog: Catalog, name: ServiceName, settings: ServiceSettings): URL {
  if (settings.override) return new URL(settings.override);
  const { title } = services[name];
  const listed = catalog.filter(({ type }) => settings.types.includes(type));
  const [best] = listed.toSorted((a, b) => settings.types.indexOf(a.type) - settings.types.indexOf(b.type));
  if (!best) throw missing(notListed(title, name, settings, catalog));
  const faced = best.endpoints.filter((endpoint) => endpoint.interface === settings.interface);
  if (faced.length === 0) throw missing(notFaced(title, settings, best.endpoints));
  const placed = faced.filter(({ region }) => settings.region === undefined || region === settings.region);
  const regions = [...new Set(faced.map(({ region }) => region))];
  if (placed.length === 0) throw missing(notInRegion(title, settings, regions));
  if (settings.region === undefined && regions.length > 1) throw missing(manyRegions(title, regions));
  const url = placed[0]?.url ?? '';
  if (!URL.canParse(url)) throw missing(notUrl(title, url, settings));
  return new URL(url);
}

const missing = (text: Text) => failure('provider-invalid', text);

function notListed(title: string, name: string, { types, option }: ServiceSettings, catalog: Catalog): Text {
  const all = [...new Set(catalog.map(({ type }) => type))].join(', ');
  return {
    en: `Keystone's catalogue lists no ${name} service (${title}; type ${types.join(' or ')}); it has: ${all || 'nothing'}. If the service exists all the same, give its address as ${option} in the custom configuration`,
    'zh-CN': `Keystone 的服务目录中没有 ${name} 服务（${title}，类型 ${types.join(' 或 ')}），现有：${all || '无'}。如果该服务确实存在，请在自定义配置中用 ${option} 指定其地址`,
  };
}

function notFaced(title: string, settings: ServiceSettings, endpoints: Catalog[number]['endpoints']): Text {
  const all = [...new Set(endpoints.map((endpoint) => endpoint.interface))].join(', ');
  return {
    en: `the catalogue has no ${settings.interface} endpoint for ${title}, only: ${all || 'none'}; choose another kind of endpoints`,
    'zh-CN': `服务目录中没有 ${title} 的 ${settings.interface} 端点，只有：${all || '无'}，请选择其他端点类型`,
  };
}

function notInRegion(title: string, { region }: ServiceSettings, regions: readonly string[]): Text {
  return {
    en: `the catalogue has no ${title} in region ${region}; it has: ${regions.join(', ')}`,
    'zh-CN': `服务目录中区域 ${region} 没有 ${title}，可用区域：${regions.join('、')}`,
  };
}

function manyRegions(title: string, regions: readonly string[]): Text {
  return {
    en: `the cloud has several regions with ${title}; choose one of: ${regions.join(', ')}`,
    'zh-CN': `该云有多个区域提供 ${title}，请选择其一：${regions.join('、')}`,
  };
}

function notUrl(title: string, url: string, { option }: ServiceSettings): Text {
  return {
    en: `the catalogue's address of ${title} is not a URL: “${url}”; correct it there, or give the address as ${option}`,
    'zh-CN': `服务目录中 ${title} 的地址不是有效的 URL：“${url}”，请更正，或用 ${option} 指定地址`,
  };
}
