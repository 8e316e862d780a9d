import type { Call, Observed, Ref, SecurityRule, Specs } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { SecurityGroup, type SecurityGroupRule } from './answers.ts';
import { changing } from './changing.ts';
import type { Client, Service } from './client.ts';
import { collection, first, gone, type Collection } from './collection.ts';
import { failure } from './reason.ts';
import { mapped } from './mapped.ts';
import { marked, unmarked } from './mark.ts';
import { common, ofProject, onceByMark, remarked } from './neutron.ts';
import { refusal } from './refusal.ts';
import { unmade } from './unmade.ts';

const names = {
  kind: 'security-group',
  path: 'security-groups',
  one: 'security_group',
  many: 'security_groups',
} as const;

/**
 * Security groups with their rules (Neutron, `/v2.0/security-groups`).
 *
 * Neutron lets everything out of a new group. That stays unless the spec has egress rules of its own.
 */
export function securityGroups({ network }: Client): Driver<'security-group'> {
  const all = collection(network, names, SecurityGroup);

  const finish = (ref: Ref, spec: Specs['security-group'], call: Call): Promise<void> =>
    unmade(
      () => settle(network, all, ref, spec.rules, call),
      () => all.delete(ref, call),
    );
  return {
    ...mapped(all, ofProject(network), show),
    once: onceByMark<SecurityGroup, 'security-group'>(all, { text: ({ description }) => description, resume: finish }),
    async create(spec, call) {
      // A rule that makes no sense is refused before anything is made.
      spec.rules.forEach(rowsOf);
      const ref = await all.create({ name: spec.name, description: marked(call.token, spec.description) }, call);
      await finish(ref, spec, call);
      return ref;
    },
    ...changing('security-group', {
      together: {
        name: ({ name }) => ({ name }),
        description: ({ description }, ref, call) => remarked(all, 'security-group', ref, description, call),
      },
      send: all.update,
      apart: {
        rules: async (ref, { rules }, call) => {
          if ((await all.read(ref, call.signal)) === undefined) throw gone('security-group', ref);
          await settle(network, all, ref, rules, call);
        },
      },
    }),
    delete: all.delete,
  };
}

/** The group that Neutron takes where none is named; every project has one. */
export async function defaultGroup(network: Service, signal: AbortSignal): Promise<Ref> {
  const groups = collection(network, names, SecurityGroup);
  const mine = { ...(await ofProject(network)(signal)), name: 'default' };
  const found = await first(groups.list(mine, signal), () => true);
  if (!found) throw failure('provider-broken', 'Neutron shows no security group “default” in the project');
  return found.id;
}

/** A rule as Neutron stores it, without its id. */
type Row = Omit<SecurityGroupRule, 'id'>;

/** Brings the group's rules to what was asked for, from wherever an earlier attempt left them. */
async function settle(
  network: Service,
  all: Collection<SecurityGroup>,
  ref: Ref,
  rules: readonly SecurityRule[],
  { signal }: Call,
): Promise<void> {
  const { missing, surplus } = await compare(all, ref, rules, signal);
  if (missing.length > 0) {
    const rows = missing.map((row) => ({ ...row, security_group_id: ref }));
    const body = { security_group_rules: rows };
    // All of them or none: Neutron makes a bulk request one transaction.
    const answer = await network.send('POST', { path: 'security-group-rules', body, or: [409] }, signal);
    // An attempt that was cut off may have made them just now.
    if (answer.status === 409 && (await compare(all, ref, rules, signal)).missing.length > 0) {
      throw refusal(answer, network.title);
    }
  }
  for (const { id } of surplus) await network.send('DELETE', { path: `security-group-rules/${id}`, or: [404] }, signal);
}

async function compare(all: Collection<SecurityGroup>, ref: Ref, rules: readonly SecurityRule[], signal: AbortSignal) {
  const group = await all.read(ref, signal);
  if (!group) throw failure('provider-broken', `Neutron does not show the security group ${ref} it has just made`);
  return difference(group.security_group_rules, rules);
}

function difference(there: readonly SecurityGroupRule[], rules: readonly SecurityRule[]) {
  const lets = rules.some(({ direction }) => direction === 'egress') ? [] : [letOut];
  const wanted = [...rules, ...lets].flatMap(rowsOf);
  const has = new Set(there.map(keyOf));
  const wants = new Set(wanted.map(keyOf));
  return {
    missing: [...new Map(wanted.map((row) => [keyOf(row), row])).values()].filter((row) => !has.has(keyOf(row))),
    // What has no word here is somebody else's affair.
    surplus: there.filter((rule) => !wants.has(keyOf(rule)) && ruleOf(rule) !== undefined),
  };
}

/** What Neutron does with a new group, and what a group without rules about it is brought back to. */
const letOut: SecurityRule = { direction: 'egress', protocol: 'any' };

/** `Anywhere` and `members of a group` mean both IP versions, for which Neutron wants a rule each. */
function rowsOf(rule: SecurityRule): Row[] {
  if (rule.protocol === 'any' && rule.ports) {
    throw failure('provider-invalid', {
      en: 'a rule for any protocol cannot name ports; give it protocol tcp or udp',
      'zh-CN': '协议为 any 的规则不能指定端口，请改为 tcp 或 udp',
    });
  }
  const versions = rule.cidr === undefined ? ['IPv4', 'IPv6'] : [rule.cidr.includes(':') ? 'IPv6' : 'IPv4'];
  return versions.map((ethertype) => ({
    direction: rule.direction,
    ethertype,
    protocol: protocolOf(rule.protocol, ethertype),
    port_range_min: rule.ports?.[0] ?? null,
    port_range_max: rule.ports?.[1] ?? null,
    remote_ip_prefix: rule.cidr ?? null,
    remote_group_id: rule.group ?? null,
  }));
}

function protocolOf(protocol: SecurityRule['protocol'], ethertype: string): string | null {
  if (protocol === 'any') return null;
  return protocol === 'icmp' && ethertype === 'IPv6' ? 'ipv6-icmp' : protocol;
}

const keyOf = (row: Row): string =>
  [
    row.direction,
    row.ethertype ?? 'IPv4',
    row.protocol === 'icmpv6' ? 'ipv6-icmp' : (row.protocol ?? ''),
    row.port_range_min ?? '',
    row.port_range_max ?? '',
    row.remote_ip_prefix ?? '',
    row.remote_group_id ?? '',
  ].join('|');

function show(item: SecurityGroup): Observed<'security-group'> {
  const shown = item.security_group_rules.map(ruleOf).filter((rule) => rule !== undefined);
  const rules = [...new Map(shown.map((rule) => [JSON.stringify(rule), rule])).values()];
  return {
    ...common('security-group', item),
    state: 'ready',
    native: 'available',
    details: { rules },
    shown: { name: item.name, description: unmarked(item.description).text, rules },
  };
}

const protocols: Readonly<Record<string, SecurityRule['protocol']>> = {
  tcp: 'tcp',
  '6': 'tcp',
  udp: 'udp',
  '17': 'udp',
  icmp: 'icmp',
  '1': 'icmp',
  icmpv6: 'icmp',
  'ipv6-icmp': 'icmp',
  '58': 'icmp',
};

/** Undefined for protocols that have no word here (sctp, vrrp …): leaving one out is truer than calling it `any`. */
function ruleOf(row: SecurityGroupRule): SecurityRule | undefined {
  const protocol = row.protocol === null || row.protocol === undefined ? 'any' : protocols[String(row.protocol)];
  if (!protocol) return undefined;
  const { port_range_min: from, port_range_max: to } = row;
  // A code of ICMP may be 0, for which a range of ports has no room.
  const hasPorts = typeof from === 'number' && typeof to === 'number' && Math.min(from, to) > 0;
  return {
    direction: row.direction,
    protocol,
    ...(hasPorts ? { ports: [from, to] as [number, number] } : {}),
    ...(row.remote_ip_prefix ? { cidr: row.remote_ip_prefix } : {}),
    ...(row.remote_group_id ? { group: row.remote_group_id } : {}),
  };
}
