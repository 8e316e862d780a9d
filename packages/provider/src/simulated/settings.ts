import type { Text } from '@pileus/model';
import { z } from 'zod';

/** How the portal asks for a field: zod's own type for `title` is a string, the JSON Schema carries whatever is given. */
function shown<T extends z.ZodType>(schema: T, title: Text, help?: Text): T {
  return schema.meta({ title, help } as unknown as z.core.GlobalMeta);
}

const text = (en: string, zh: string): Text => ({ en, 'zh-CN': zh });
const rate = z.number().min(0).max(1).default(0);
const quota = (usual: number) => z.number().int().min(0).default(usual);

/** What a simulated cloud is like. One seed makes one history, as long as the same is asked of it in the same order. */
export const SimulatedAccount = z.object({
  seed: shown(
    z.number().int().default(1),
    text('Seed', '随机种子'),
    text('The same seed brings the same delays and faults', '相同的种子产生相同的延迟与故障'),
  ),
  once: shown(
    z.enum(['token', 'claim', 'look-up']).default('token'),
    text('How creating is repeated safely', '创建操作的幂等方式'),
    text('By a token, by a unique name, or by looking it up', '客户端令牌、唯一名称或延迟后查询'),
  ),
  latencyMilliseconds: shown(z.number().min(0).default(40), text('Latency (ms)', '延迟（毫秒）')),
  bootSeconds: shown(z.number().min(0).default(8), text('Boot time of a server (s)', '云主机启动时间（秒）')),
  listLagSeconds: shown(
    z.number().min(0).max(120).default(2),
    text('Lag of lists (s)', '列表滞后（秒）'),
    text('How long lists may not show what was made', '新建资源在列表中出现前的最长时间'),
  ),
  callsPerSecond: shown(z.number().min(0.1).default(50), text('Calls allowed per second', '每秒允许的调用数')),
  lostRequests: shown(rate, text('Rate of requests that get lost', '请求丢失率')),
  lostReplies: shown(rate, text('Rate of replies that get lost', '应答丢失率')),
  repeatedRequests: shown(
    rate,
    text('Rate of requests delivered twice', '请求重复送达率'),
    text('A cloud that is looked up then makes two of what was asked for once', '采用查询方式的云会因此创建两份资源'),
  ),
  failedServers: shown(rate, text('Rate of servers that fail to boot', '云主机启动失败率')),
  refusedDeletes: shown(rate, text('Rate of deletions refused at first', '首次删除被拒绝率')),
  isDown: shown(z.boolean().default(false), text('The region is down', '区域故障')),
  quotas: shown(
    z
      .object({
        servers: shown(quota(50), text('Servers', '云主机')),
        cores: shown(quota(200), text('Cores', '核数')),
        volumes: shown(quota(100), text('Volumes', '云硬盘')),
        gigabytes: shown(quota(10_000), text('Volume size (GB)', '云硬盘容量（GB）')),
        networks: shown(quota(100), text('Networks', '网络')),
        addresses: shown(quota(50), text('Public addresses', '公网 IP')),
        others: shown(quota(500), text('Each other kind', '其他各类资源')),
      })
      .prefault({}),
    text('Quotas', '配额'),
  ),
  keep: shown(
    z.boolean().default(true),
    text('Keep its state over a restart', '重启后保留状态'),
    text('Without it, all is forgotten when the connection closes', '否则连接关闭后状态丢失'),
  ),
});
export type SimulatedAccount = z.infer<typeof SimulatedAccount>;
