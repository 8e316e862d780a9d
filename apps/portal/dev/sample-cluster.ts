import type { NodeInstance, Plan, TemplateDetail, Variant } from '../src/api/types.ts';

type Scaling = Plan['scaling'];
type TemplateNode = Variant['nodes'][number];
export type Expanded = TemplateNode & Pick<NodeInstance, 'template' | 'index'>;

const hosted = (target: string) => ({ name: 'host', target, relationship: 'tosca.relationships.HostedOn' });
const linked = (name: string, target: string) => ({ name, target, relationship: 'tosca.relationships.ConnectsTo' });

/** A template whose web tier can be counted. */
export function clusterOf(like: TemplateDetail): TemplateDetail {
  const [variant] = like.variants;
  if (!variant) throw new Error('The sample template has a variant.');
  const nodes: TemplateNode[] = [
    {
      name: 'balancer',
      type: 'pileus.nodes.LoadBalancer',
      requires: [linked('backend', 'web'), hosted('balancer_host')],
    },
    { name: 'web', type: 'pileus.nodes.WebServer', requires: [linked('database', 'data'), hosted('web_host')] },
    { name: 'data', type: 'pileus.nodes.Database', requires: [hosted('data_host')] },
    ...['balancer_host', 'web_host', 'data_host'].map((name) => ({ name, type: 'tosca.nodes.Compute', requires: [] })),
  ];
  return {
    ...like,
    id: 'tpl-cluster00001',
    name: 'web-cluster',
    title: { en: 'Web cluster', 'zh-CN': 'Web 集群' },
    description: { en: 'As many web servers as it takes.', 'zh-CN': '按需增减的 Web 服务器。' },
    preset: false,
    version: '2.1.0',
    versions: ['2.1.0', '2.0.0'],
    providers: ['openstack', 'simulated'],
    deployments: 1,
    variants: [{ ...variant, name: 'iaas', providers: ['openstack', 'simulated'], nodes }],
  };
}

export function scalingOf(template: string, counts: Readonly<Record<string, number>> = {}): Scaling {
  if (template !== 'tpl-cluster00001') return [];
  return [{ node: 'web', count: counts['web'] ?? 3, min: 1, max: 8, members: ['web', 'web_host'] }];
}

/** The instances of a variant's nodes: what is counted once for each, `web-1`, `web-2` … */
export function expanded(variant: Variant, scaling: Scaling): Expanded[] {
  const countOf = (node: string) => scaling.find(({ members }) => members.includes(node))?.count;
  const nameOf = (node: string, index: number) => (countOf(node) === undefined ? node : `${node}-${index + 1}`);
  return variant.nodes.flatMap((node) =>
    Array.from({ length: countOf(node.name) ?? 1 }, (_, index) => ({
      ...node,
      name: nameOf(node.name, index),
      template: node.name,
      index,
      requires: node.requires.flatMap((one) => {
        const targets = countOf(one.target);
        if (targets === undefined || countOf(node.name) !== undefined)
          return [{ ...one, target: nameOf(one.target, index) }];
        return Array.from({ length: targets }, (__, at) => ({ ...one, target: nameOf(one.target, at) }));
      }),
    })),
  );
}
