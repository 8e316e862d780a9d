import { fill, type Language, type Text } from './language.ts';
import { factsIn, reasonIn, type Because } from './reason.ts';

interface Entry {
  /** The HTTP status it is answered with. */
  readonly status: number;
  /** A sentence with `{holes}`; the thrower's facts fill them. */
  readonly title: Text;
  /** Whether trying again later, unchanged, may succeed. */
  readonly retry?: true;
  /** Whether what was asked for may have happened all the same: a lost reply rather than a refusal. */
  readonly unclear?: true;
}

/** Every failure the platform can report. The code is stable; scripts and translations rely on it. */
export const failures = {
  invalid: { status: 422, title: { en: '{what} is not valid: {reason}', 'zh-CN': '{what}无效：{reason}' } },
  'tls-required': {
    status: 426,
    title: {
      en: 'This address speaks TLS, and was asked in the open: begin it with https:// ({url})',
      'zh-CN': '该地址仅支持 TLS，不接受明文 HTTP：请使用以 https:// 开头的地址（{url}）',
    },
  },
  'not-signed-in': { status: 401, title: { en: 'Sign in first', 'zh-CN': '请先登录' } },
  'sign-in-refused': {
    status: 401,
    title: { en: 'The name, the password or the link is not right', 'zh-CN': '用户名、密码或链接不正确' },
  },
  'password-length': {
    status: 422,
    title: { en: 'A password has {least} to {most} characters', 'zh-CN': '密码长度须为 {least} 至 {most} 个字符' },
  },
  'password-common': {
    status: 422,
    title: {
      en: 'This password is one of those that are tried first; choose another',
      'zh-CN': '该密码过于常见，极易被猜中，请更换',
    },
  },
  'password-name': {
    status: 422,
    title: {
      en: 'This password is little more than a name that everybody knows; choose another',
      'zh-CN': '该密码与用户名、邮箱等公开信息过于接近，请更换',
    },
  },
  'passkey-refused': {
    status: 401,
    title: { en: 'The passkey is not accepted: {reason}', 'zh-CN': '通行密钥未通过验证：{reason}' },
  },
  'code-refused': {
    status: 401,
    title: {
      en: 'The code is not right, or it was used before',
      'zh-CN': '验证码不正确，或已被使用过',
    },
  },
  'sign-in-over': {
    status: 401,
    title: {
      en: 'This took too long or was tried too often; begin anew',
      'zh-CN': '操作超时或尝试次数过多，请重新开始',
    },
  },
  'sign-in-pending': {
    status: 409,
    title: { en: 'Nobody has approved this yet', 'zh-CN': '尚未有人批准此登录' },
    retry: true,
  },
  'second-factor-required': {
    status: 403,
    title: {
      en: 'Your organization requires a second factor: set one up first',
      'zh-CN': '您的租户要求使用多因素认证，请先设置',
    },
  },
  'proof-needed': {
    status: 403,
    title: {
      en: 'Prove once more who you are, then do this again',
      'zh-CN': '请再次验证身份后重试',
    },
  },
  'identity-refused': {
    status: 401,
    title: {
      en: '{provider} did not confirm who you are: {reason}',
      'zh-CN': '{provider} 未能确认您的身份：{reason}',
    },
  },
  'identity-provider-broken': {
    status: 424,
    title: {
      en: '{provider} cannot be used to sign in: {reason}',
      'zh-CN': '无法通过 {provider} 登录：{reason}',
    },
  },
  'not-allowed': {
    status: 403,
    title: { en: 'You may not do this: it needs {permission}', 'zh-CN': '没有权限：需要 {permission}' },
  },
  'beyond-own-rights': {
    status: 403,
    title: {
      en: 'This would let somebody do {action} (by {policy}), which you may not do yourself; ask somebody who may',
      'zh-CN': '此更改会授予 {action} 权限（来自 {policy}），而您自己没有该权限；请联系拥有该权限的人员',
    },
  },
  'not-found': { status: 404, title: { en: 'There is no {kind} {id}', 'zh-CN': '没有这样的{kind}：{id}' } },
  'method-not-allowed': {
    status: 405,
    title: { en: '{method} is not possible here, only {allowed}', 'zh-CN': '此处不支持 {method}，只支持 {allowed}' },
  },
  'cross-site': {
    status: 403,
    title: {
      en: 'A page of {origin} may not act here in your name',
      'zh-CN': '来自 {origin} 的页面不得以您的名义操作',
    },
  },
  'too-large': {
    status: 413,
    title: { en: 'This is too large: at most {megabytes} MiB', 'zh-CN': '内容过大：最多 {megabytes} MiB' },
  },
  conflict: { status: 409, title: { en: '{what}: {reason}', 'zh-CN': '{what}：{reason}' } },
  stale: {
    status: 412,
    title: {
      en: '{what} was changed meanwhile: look at it again, then decide anew',
      'zh-CN': '{what} 已在此期间被修改，请重新查看后再操作',
    },
  },
  'name-taken': { status: 409, title: { en: 'The name {name} is taken', 'zh-CN': '名称 {name} 已被使用' } },
  'key-reused': {
    status: 422,
    title: {
      en: 'This Idempotency-Key was used for another request',
      'zh-CN': '该 Idempotency-Key 已用于另一个请求',
    },
  },
  'key-in-use': {
    status: 409,
    title: {
      en: 'The request with this Idempotency-Key is still being worked on',
      'zh-CN': '使用该 Idempotency-Key 的请求仍在处理中',
    },
    retry: true,
  },
  'too-many-requests': {
    status: 429,
    title: { en: 'Too many requests; try again in {seconds} s', 'zh-CN': '请求过多，请在 {seconds} 秒后重试' },
    retry: true,
  },
  'plan-expired': {
    status: 409,
    title: { en: 'The plan is no longer valid: {reason}', 'zh-CN': '计划已失效：{reason}' },
  },
  'policy-invalid': {
    status: 422,
    title: { en: 'The policy has {count} problem(s)', 'zh-CN': '授权策略有 {count} 个问题' },
  },
  'template-invalid': {
    status: 422,
    title: { en: 'The template has {count} problem(s)', 'zh-CN': '模板有 {count} 个问题' },
  },
  'address-invalid': {
    status: 422,
    title: {
      en: '{url} is not an address that can be called: it must begin with http:// or https:// and hold no user name or password',
      'zh-CN': '{url} 不是可以访问的地址：必须以 http:// 或 https:// 开头，且不得包含用户名或密码',
    },
  },
  'address-refused': {
    status: 422,
    title: {
      en: '{host} leads to {address}, a {range} address, which is not called from here unless the platform administrator allows it in {setting}',
      'zh-CN': '{host} 指向 {address}（{range} 地址），除非平台管理员在 {setting} 中放行，否则平台不会访问',
    },
  },
  'address-forbidden': {
    status: 422,
    title: {
      en: '{host} leads to {address}, a {range} address, which is never called from here',
      'zh-CN': '{host} 指向 {address}（{range} 地址），平台从不访问此类地址',
    },
  },
  'redirect-refused': {
    status: 424,
    title: {
      en: '{host} redirects, which is not followed: {reason}',
      'zh-CN': '{host} 的重定向未被跟随：{reason}',
    },
  },
  'answer-too-large': {
    status: 424,
    title: {
      en: '{host} sent more than {bytes} bytes; nothing of it was used',
      'zh-CN': '{host} 的应答超过 {bytes} 字节，已丢弃',
    },
  },
  'host-unreachable': {
    status: 503,
    title: { en: '{host} does not answer: {detail}', 'zh-CN': '{host} 没有应答：{detail}' },
    retry: true,
    unclear: true,
  },
  'script-failed': {
    status: 409,
    title: { en: '{script} ended with exit code {code}', 'zh-CN': '{script} 以退出码 {code} 结束' },
  },
  'script-cut-off': {
    status: 409,
    title: {
      en: '{script} was cut off: {reason}. It is not run again by itself, since part of it may have been done',
      'zh-CN': '{script} 中途被中断：{reason}。由于可能已执行了一部分，不会自动重新运行',
    },
  },
  'host-key-unknown': {
    status: 424,
    title: {
      en: 'The host {host} is not known yet; it shows the key {found}. Compare it with the one printed on the host by ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub and put it into the account',
      'zh-CN':
        '尚未登记主机 {host} 的公钥；该主机出示的公钥为 {found}。请在主机上用 ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub 核对后填入云账号',
    },
  },
  'host-key-changed': {
    status: 424,
    title: {
      en: 'The host {host} shows the key {found} instead of {known}: somebody may be listening in, so nothing was sent. If the host was set up anew, put its new key into the account',
      'zh-CN':
        '主机 {host} 出示的公钥 {found} 与登记的 {known} 不符：连接可能被窃听，已停止。若主机确已重装，请将新公钥填入云账号',
    },
  },
  'timed-out': {
    status: 504,
    title: { en: '{what} took longer than {limit}', 'zh-CN': '{what}超过了时限 {limit}' },
    unclear: true,
  },
  cancelled: { status: 409, title: { en: 'Cancelled', 'zh-CN': '已取消' }, unclear: true },
  'not-supported': {
    status: 501,
    title: { en: '{provider} cannot {what}', 'zh-CN': '{provider} 不支持{what}' },
  },
  'quota-exceeded': {
    status: 409,
    title: {
      en: 'The quota for {kind} at {provider} is used up: {detail}',
      'zh-CN': '{provider} 的{kind}配额已用尽：{detail}',
    },
  },
  'over-quota': {
    status: 409,
    title: { en: '{name} does not fit into the quota: {reason}', 'zh-CN': '{name} 超出配额：{reason}' },
  },
  'no-capacity': {
    status: 503,
    title: {
      en: '{provider} has no room for this {kind}: {detail}',
      'zh-CN': '{provider} 没有可容纳该{kind}的资源：{detail}',
    },
  },
  'credentials-refused': {
    status: 424,
    title: { en: '{provider} refused the credentials: {detail}', 'zh-CN': '{provider} 拒绝了凭证：{detail}' },
  },
  'credentials-changed': {
    status: 503,
    title: {
      en: 'The credentials of {provider} were changed meanwhile; trying again with the new ones',
      'zh-CN': '{provider} 的凭证已在此期间更换，将使用新凭证重试',
    },
    retry: true,
  },
  'provider-denied': {
    status: 424,
    title: { en: '{provider} does not allow this: {detail}', 'zh-CN': '{provider} 不允许此操作：{detail}' },
  },
  'provider-conflict': {
    status: 409,
    title: { en: '{provider} says this conflicts: {detail}', 'zh-CN': '{provider} 报告冲突：{detail}' },
    retry: true,
  },
  'provider-throttled': {
    status: 503,
    title: { en: '{provider} asks us to slow down: {detail}', 'zh-CN': '{provider} 限流：{detail}' },
    retry: true,
  },
  'provider-invalid': {
    status: 422,
    title: { en: '{provider} rejects the request: {detail}', 'zh-CN': '{provider} 认为请求无效：{detail}' },
  },
  'provider-unreachable': {
    status: 503,
    title: { en: '{provider} does not answer: {detail}', 'zh-CN': '{provider} 没有应答：{detail}' },
    retry: true,
    unclear: true,
  },
  'provider-broken': {
    status: 502,
    title: {
      en: '{provider} answered with something unexpected: {detail}',
      'zh-CN': '{provider} 返回了异常结果：{detail}',
    },
    retry: true,
    unclear: true,
  },
  'secret-key-missing': {
    status: 424,
    title: {
      en: '{what} is sealed with the key {key}, which is not here: bring that key back, or enter the secret again',
      'zh-CN': '{what} 由密钥 {key} 加密，而此处没有该密钥：请恢复该密钥，或重新输入此机密',
    },
  },
  'key-provider-refused': {
    status: 424,
    title: {
      en: 'The key provider {provider} does not allow this: {detail}',
      'zh-CN': '密钥服务 {provider} 不允许此操作：{detail}',
    },
  },
  'key-provider-unreachable': {
    status: 503,
    title: {
      en: 'The key provider {provider} does not answer: {detail}',
      'zh-CN': '密钥服务 {provider} 没有应答：{detail}',
    },
    retry: true,
  },
  'resource-failed': {
    status: 409,
    title: { en: 'The {kind} {name} failed at the cloud: {detail}', 'zh-CN': '{kind} {name} 在云端失败：{detail}' },
  },
  'database-unavailable': {
    status: 503,
    title: { en: 'The database does not answer: {detail}', 'zh-CN': '数据库没有应答：{detail}' },
    retry: true,
  },
  internal: {
    status: 500,
    title: { en: 'Something went wrong here', 'zh-CN': '系统内部出错' },
    unclear: true,
  },
} as const satisfies Record<string, Entry>;

export type FailureCode = keyof typeof failures;

type Holes<S extends string> = S extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;
type Facts<C extends FailureCode> = {
  readonly [H in Holes<(typeof failures)[C]['title']['en']>]: string | number | Because;
};

/** A problem at one place of what was sent: `at` is a JSON pointer (`/inputs/port`) or `file:line:column`. */
export type Problem = {
  readonly at: string;
  /** In English. */
  readonly message: string;
  /** What it comes to, to be said in any language. */
  readonly because?: Because | undefined;
  readonly rule?: string | undefined;
};

/** What is wrong at one place, as a text of ours. */
export function problemAt(at: string, because: Because): Problem & { readonly because: Because } {
  return { at, message: reasonIn('en', because) ?? because.reason, because };
}

/** What a problem says in a language; what has no text of ours is said as it is. */
export function problemIn(
  language: Language,
  { message, because }: { readonly message: string; readonly because?: AnyBecause | undefined },
): string {
  if (language === 'en') return message;
  return (because && reasonIn(language, because)) ?? message;
}

/** As another version may have sent it. */
interface AnyBecause {
  readonly reason: string;
  readonly facts: Because['facts'];
}

/**
 * What a failure looks like in the journal, in the API's problem+json, and in the CLI. A type rather than an interface, so
 * that it counts as JSON wherever JSON is asked for.
 */
export type FailureData = {
  readonly code: FailureCode;
  /** Texts of ours among them stand here in English. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** By fact: such a text, to be said in any language. */
  readonly because?: Readonly<Record<string, Because>> | undefined;
  readonly problems?: readonly Problem[] | undefined;
};

interface More extends ErrorOptions {
  readonly problems?: readonly Problem[];
  /** By fact: what a text given as such comes to, where it says more than a text of ours can. */
  readonly because?: Readonly<Record<string, Because>>;
  /** Set where the thrower knows better than the kind of failure does whether something may have happened. */
  readonly unclear?: boolean;
}

/**
 * Something went wrong in a way we know. The thrower says what it knows, `cause` carries the rest, the edge decides how
 * it looks. Anything thrown that is not a `Failure` is a bug.
 */
export class Failure<C extends FailureCode = FailureCode> extends Error {
  readonly code: C;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly because: Readonly<Record<string, Because>> | undefined;
  readonly problems: readonly Problem[] | undefined;
  /** Whether what was asked for may have happened all the same; a refusal is clear. */
  readonly unclear: boolean;

  constructor(
    code: C,
    ...[facts, more]: Record<never, never> extends Facts<C>
      ? [facts?: Facts<C>, more?: More]
      : [facts: Facts<C>, more?: More]
  ) {
    const given = Object.entries<string | number | Because>(facts ?? {});
    const texts = given.filter((one): one is [string, Because] => typeof one[1] === 'object');
    const known = Object.fromEntries(
      given.map(([name, fact]) => [name, typeof fact === 'object' ? (reasonIn('en', fact) ?? fact.reason) : fact]),
    );
    super(fill(failures[code].title.en, known), more);
    this.name = 'Failure';
    this.code = code;
    this.facts = known;
    const because = { ...Object.fromEntries(texts), ...more?.because };
    this.because = Object.keys(because).length > 0 ? because : undefined;
    this.problems = more?.problems;
    this.unclear = more?.unclear ?? isUnclear(code);
  }

  /** Whether trying again, unchanged, may succeed: a property of the failure, not of the place that meets it. */
  get retry(): boolean {
    return 'retry' in failures[this.code];
  }

  /** What was kept as data is thrown again. */
  static from({ code, facts, because, problems }: FailureData, more: Pick<More, 'cause' | 'unclear'> = {}): Failure {
    // The facts were checked against the code when the failure was first made.
    const Known = Failure as new (code: FailureCode, facts: object, more: More) => Failure;
    return new Known(code, facts, { ...more, ...(problems && { problems }), ...(because && { because }) });
  }

  toJSON(): FailureData {
    const { code, facts, because, problems } = this;
    return { code, facts, ...(because && { because }), ...(problems && { problems }) };
  }
}

/** Whether a failure of this kind leaves open what happened. */
export function isUnclear(code: FailureCode): boolean {
  return 'unclear' in failures[code];
}

/** The sentence a person reads. */
export function sentence(
  {
    code,
    facts,
    because = {},
  }: Pick<FailureData, 'code' | 'facts'> & { readonly because?: Readonly<Record<string, AnyBecause>> | undefined },
  language: Language = 'en',
): string {
  const said = Object.entries(because).flatMap(([name, text]) => {
    const words = reasonIn(language, text);
    return words === undefined ? [] : [[name, words] as const];
  });
  const { detail } = facts;
  const ours = Object.fromEntries(said);
  // What a cloud itself says stays in its own language.
  const theirs = language !== 'en' && typeof detail === 'string' && detail !== '' && { detail: `“${detail}”` };
  return fill(failures[code].title[language], { ...factsIn(language, facts), ...theirs, ...ours });
}

/** Turns whatever was thrown into data that can be kept; an unknown error becomes `internal` (log it first). */
export function failureData(thrown: unknown): FailureData {
  return thrown instanceof Failure ? thrown.toJSON() : { code: 'internal', facts: {} };
}
