import type { Text } from '@pileus/model';
import { z } from 'zod';

/** How the portal and the CLI ask for a field; part of the account's JSON Schema. */
interface Shown {
  readonly title: Text;
  readonly help?: Text;
  readonly placeholder?: string;
  /** Kept encrypted and never shown again. */
  readonly secret?: true;
  /** Fields of one group stand together. */
  readonly group: 'where' | 'who' | 'more';
  /** Asked for only while another field has one of these values. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  /** Text of several lines, or JSON. */
  readonly format?: 'multiline' | 'json';
}

/** Zod's own type for `title` is a string; a JSON Schema made from it carries whatever is given. */
function shown<T extends z.ZodType>(schema: T, how: Shown): T {
  return schema.meta(how as unknown as z.core.GlobalMeta);
}

const endpoint = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' });
const version = (pattern: RegExp, supported: string) =>
  z
    .union([z.string(), z.number()])
    .refine((given) => pattern.test(String(given)), { error: `must be ${supported}: nothing else is supported` });

/** What can be said about one service's client; the first names are those of OpenStack's own Python clients. */
const client = {
  /** Used instead of the catalogue's endpoint. */
  bypass_url: endpoint.optional(),
  endpoint_override: endpoint.optional(),
  service_type: z.string().min(1).optional(),
  region_name: z.string().min(1).optional(),
  interface: z.enum(['public', 'internal', 'admin']).optional(),
  endpoint_type: z.enum(['publicURL', 'internalURL', 'adminURL', 'public', 'internal', 'admin']).optional(),
  /** Seconds. */
  timeout: z.number().positive().max(600).optional(),
};

/** The slides' JSON: `{ "nova_client": { "bypass_url": … }, "neutron_client": { "endpoint_override": … } }`. */
export const ClientOptions = z.strictObject({
  nova_client: z
    .strictObject({
      ...client,
      version: version(/^2(\.\d+)?$/, '2, or a microversion such as 2.60').optional(),
      microversion: version(/^2\.\d+$/, 'a microversion such as 2.60').optional(),
    })
    .optional(),
  neutron_client: z.strictObject({ ...client, version: version(/^2(\.0)?$/, '2.0').optional() }).optional(),
  cinder_client: z.strictObject({ ...client, version: version(/^3(\.\d+)?$/, '3').optional() }).optional(),
  glance_client: z.strictObject({ ...client, version: version(/^2(\.\d+)?$/, '2').optional() }).optional(),
  keystone_client: z
    .strictObject({ ...client, version: version(/^v?3(\.\d+)?$/, '3 (v2.0 left OpenStack in 2018)').optional() })
    .optional(),
  heat_client: z.strictObject(client).optional(),
  swift_client: z.strictObject(client).optional(),
  octavia_client: z.strictObject(client).optional(),
  designate_client: z.strictObject(client).optional(),
  /** Seconds, for every service. */
  timeout: z.number().positive().max(600).optional(),
  /** Requests a second that the cloud allows this account, over all services. */
  calls_per_second: z.number().positive().max(10_000).optional(),
  /** Requests under way at once, over all services. */
  calls_at_once: z.int().min(1).max(64).optional(),
  region_name: z.string().min(1).optional(),
  /** False: do not look at TLS certificates. */
  verify: z.boolean().optional(),
  /** PEM, as in the account's own field. */
  cacert: z.string().includes('-----BEGIN CERTIFICATE-----', { error: 'must be a certificate in PEM' }).optional(),
});
export type ClientOptions = z.output<typeof ClientOptions>;

const filled = z.string().trim().min(1).optional();
const byPassword = { credential: ['password'] } as const;
const byKey = { credential: ['application-credential'] } as const;
const byToken = { credential: ['token'] } as const;

/** What an administrator fills in to add an OpenStack project as a cloud account. */
export const Account = z
  .object({
    url: shown(z.string().trim().min(1), {
      title: { en: 'Keystone URL', 'zh-CN': '认证服务 URL' },
      help: {
        en: 'OS_AUTH_URL of the openrc file; the version at its end does not matter',
        'zh-CN': 'openrc 文件中的 OS_AUTH_URL，末尾的版本号可有可无',
      },
      placeholder: 'http://192.168.1.1:5000/v3',
      group: 'where',
    }),
    credential: shown(z.enum(['password', 'application-credential', 'token']).default('password'), {
      title: { en: 'Sign in with', 'zh-CN': '认证方式' },
      help: {
        en: 'An application credential is best: it is limited to one project and can be withdrawn alone',
        'zh-CN': '推荐使用应用凭证：仅限一个项目，可单独吊销',
      },
      group: 'who',
    }),
    user: shown(filled, { title: { en: 'User', 'zh-CN': '用户名' }, group: 'who', when: byPassword }),
    password: shown(z.string().min(1).optional(), {
      title: { en: 'Password', 'zh-CN': '密码' },
      secret: true,
      group: 'who',
      when: byPassword,
    }),
    userDomain: shown(z.string().trim().min(1).default('Default'), {
      title: { en: "User's domain", 'zh-CN': '用户所属域' },
      help: { en: 'Name or id', 'zh-CN': '名称或 ID' },
      group: 'who',
      when: byPassword,
    }),
    project: shown(filled, {
      title: { en: 'Project', 'zh-CN': '租户名称' },
      help: { en: 'Name or id of the project (tenant)', 'zh-CN': '项目（租户）的名称或 ID' },
      group: 'who',
      when: { credential: ['password', 'token'] },
    }),
    projectDomain: shown(z.string().trim().min(1).default('Default'), {
      title: { en: "Project's domain", 'zh-CN': '项目所属域' },
      help: { en: 'Name or id', 'zh-CN': '名称或 ID' },
      group: 'who',
      when: { credential: ['password', 'token'] },
    }),
    applicationCredential: shown(filled, {
      title: { en: 'Application credential ID', 'zh-CN': '应用凭证 ID' },
      group: 'who',
      when: byKey,
    }),
    applicationCredentialSecret: shown(z.string().min(1).optional(), {
      title: { en: 'Application credential secret', 'zh-CN': '应用凭证密钥' },
      secret: true,
      group: 'who',
      when: byKey,
    }),
    token: shown(z.string().min(1).optional(), {
      title: { en: 'Token', 'zh-CN': '令牌' },
      help: {
        en: 'Works only until it expires: for a short trial',
        'zh-CN': '令牌过期后即失效，仅适合短期试用',
      },
      secret: true,
      group: 'who',
      when: byToken,
    }),
    region: shown(filled, {
      title: { en: 'Region', 'zh-CN': '区域' },
      help: { en: 'Needed only where the cloud has several', 'zh-CN': '仅当云有多个区域时需要填写' },
      placeholder: 'RegionOne',
      group: 'where',
    }),
    interface: shown(z.enum(['public', 'internal', 'admin']).default('public'), {
      title: { en: 'Endpoints', 'zh-CN': '端点类型' },
      help: { en: "Which of the catalogue's addresses to use", 'zh-CN': '使用服务目录中的哪一类地址' },
      group: 'more',
    }),
    verify: shown(z.boolean().default(true), {
      title: { en: 'Verify TLS certificates', 'zh-CN': '校验 TLS 证书' },
      help: {
        en: 'Switch off only for a trial: the password then goes to whoever answers',
        'zh-CN': '仅在试用时关闭：关闭后无法确认对方身份',
      },
      group: 'more',
    }),
    caCertificate: shown(
      z.string().includes('-----BEGIN CERTIFICATE-----', { error: 'must be a certificate in PEM' }).optional(),
      {
        title: { en: 'CA certificate (PEM)', 'zh-CN': 'CA 证书（PEM）' },
        help: {
          en: "For certificates signed by the company's own authority",
          'zh-CN': '用于企业自建 CA 签发的证书',
        },
        placeholder: '-----BEGIN CERTIFICATE-----',
        group: 'more',
        format: 'multiline',
      },
    ),
    clientOptions: shown(ClientOptions.default({}), {
      title: { en: 'Custom configuration (JSON)', 'zh-CN': '自定义配置（JSON）' },
      help: {
        en: "Settings of each service's client, e.g. an address to use instead of the catalogue's",
        'zh-CN': '各 OpenStack 服务客户端的参数，例如替代服务目录的访问地址',
      },
      placeholder: '{ "nova_client": { "bypass_url": "http://192.168.1.1:8774/v2.1" } }',
      group: 'more',
      format: 'json',
    }),
  })
  .superRefine((account, context) => {
    for (const field of needed[account.credential]) {
      if (account[field] === undefined)
        context.addIssue({ code: 'custom', path: [field], message: 'is needed for this way of signing in' });
    }
  });
export type Account = z.output<typeof Account>;

const needed = {
  password: ['user', 'password', 'project'],
  'application-credential': ['applicationCredential', 'applicationCredentialSecret'],
  token: ['token'],
} as const satisfies Record<string, readonly (keyof z.output<typeof Account>)[]>;
