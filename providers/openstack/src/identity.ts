import { Failure, seconds, type Clock, type Text } from '@pileus/model';
import type { z } from 'zod';
import type { Account } from './account.ts';
import { IdentityVersion, IdentityVersions, Projects, TokenAnswer, type Catalog } from './answers.ts';
import type { Answer, Http } from './http.ts';
import { failure, reasonOf } from './reason.ts';
import { refusal } from './refusal.ts';
import { settingsOf } from './services.ts';

/** A Keystone token and what it opens. */
export interface Token {
  readonly value: string;
  /** By this machine's clock, in milliseconds. */
  readonly renewAt: number;
  readonly user: string;
  readonly project: { readonly id: string; readonly name: string };
  readonly catalog: Catalog;
}

/** Holds one token for all of an account's calls, and gets the next one when it has to. */
export interface Session {
  token(signal: AbortSignal): Promise<Token>;
  /** Another token than `refused`, which a service no longer takes. Callers at the same moment share one sign-in. */
  renew(refused: Token, signal: AbortSignal): Promise<Token>;
  /** Where Keystone v3 is; found once. */
  base(signal: AbortSignal): Promise<URL>;
}

/** A token this close to its end is not used for new calls, which may be passed on and looked at minutes later. */
const margin = 120_000;

/** Keystone may lock a user out who tries too often, so a refusal holds for a while, whoever asks. */
const refusalCounts = seconds(10);

export function startSession(account: Account, http: Http, clock: Clock): Session {
  let held: Token | undefined;
  let signingIn: Promise<Token> | undefined;
  let found: Promise<URL> | undefined;
  let refused: { readonly failure: Failure; readonly until: number } | undefined;
  // A shared sign-in outlives the caller that began it, so it has a signal of its own; the HTTP timeout ends it.
  const own = new AbortController().signal;

  const base = (): Promise<URL> => {
    found ??= discover(account, http, own).catch((error) => {
      found = undefined;
      throw error;
    });
    return found;
  };
  const signInShared = (): Promise<Token> => {
    const left = refused ? refused.until - clock.now() : 0;
    // Longer than it counts it holds only by a clock that was set back.
    if (refused && left > 0 && left <= refusalCounts) return Promise.reject(refused.failure);
    signingIn ??= base()
      .then((at) => signIn(account, at, http, clock, own))
      .then((token) => (held = token))
      .catch((failure: unknown) => {
        const isRefusal = failure instanceof Failure && failure.code === 'credentials-refused';
        refused = isRefusal ? { failure, until: clock.now() + refusalCounts } : undefined;
        throw failure;
      })
      .finally(() => (signingIn = undefined));
    return signingIn;
  };
  return {
    base: (signal) => orAborted(base(), signal),
    token: async (signal) => {
      signal.throwIfAborted();
      if (held && clock.now() < held.renewAt) return held;
      return orAborted(signInShared(), signal);
    },
    renew: async (refused, signal) => {
      if (held && held !== refused) return held;
      held = undefined;
      return orAborted(signInShared(), signal);
    },
  };
}

/**
 * Finds Keystone v3 from whatever URL people have: with `/v3`, without a version, or the `…:5000/v2.0/tokens` of the
 * years before 2018. The links in Keystone's answer are not followed: they often hold a name known only inside.
 */
export async function discover(account: Account, http: Http, signal: AbortSignal): Promise<URL> {
  const root = rootOf(settingsOf(account, 'identity').override ?? account.url);
  const v3 = new URL(`${root.href}v3`);
  const answer = await http.send({ method: 'GET', url: v3, signal });
  if (answer.status >= 300 && answer.status < 400 && answer.status !== 300) throw refusal(answer, 'Keystone');
  const version = IdentityVersion.safeParse(answer.json);
  if (version.success && version.data.version.id.startsWith('v3')) return v3;
  throw await notV3(root, answer, http, signal);
}

function rootOf(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw failure('provider-invalid', notUrl(given));
  if (url.username || url.password) throw failure('provider-invalid', credentialsInUrl);
  url.search = '';
  url.hash = '';
  url.pathname = `${url.pathname
    .replace(/\/+$/, '')
    .replace(/(\/auth)?\/tokens$/, '')
    .replace(/\/v(2\.0|3)$/, '')}/`.replace(/^\/+/, '/');
  return url;
}

async function notV3(root: URL, answer: Answer, http: Http, signal: AbortSignal) {
  if (answer.status >= 500)
    return failure('provider-broken', `Keystone answered ${answer.status} at ${answer.url.href}`);
  const versions = await http.send({ method: 'GET', url: root, signal });
  const offered = IdentityVersions.safeParse(versions.json);
  const ids = offered.success ? offered.data.versions.values.map(({ id }) => id) : [];
  return failure('provider-invalid', ids.length > 0 ? onlyOld(root, ids) : notKeystone(root));
}

async function signIn(account: Account, base: URL, http: Http, clock: Clock, signal: AbortSignal): Promise<Token> {
  const sentAt = clock.now();
  if (account.credential === 'token') {
    const own = await given(account.token ?? '', base, http, sentAt, signal);
    const asked = account.project;
    if (own.project && (!asked || asked === own.project.id || asked === own.project.name))
      return { ...own, project: own.project };
    if (!asked) throw failure('credentials-refused', noProject);
  }
  const answer = await http.send({ method: 'POST', url: at(base, 'auth/tokens'), body: authOf(account, true), signal });
  // 404: the user, the application credential or the token itself is unknown.
  if ([401, 403, 404].includes(answer.status)) throw await whyRefused(account, base, http, signal);
  if (answer.status !== 201 && answer.status !== 200) throw refusal(answer, 'Keystone');
  const token = tokenOf(answer, answer.header('x-subject-token'), sentAt);
  if (!token.project) throw failure('credentials-refused', noProject);
  return { ...token, project: token.project };
}

/** A token that someone else got: it is asked about itself, since its catalogue and its end are needed. */
async function given(value: string, base: URL, http: Http, sentAt: number, signal: AbortSignal): Promise<Unscoped> {
  const headers = { 'x-auth-token': value, 'x-subject-token': value };
  const answer = await http.send({ method: 'GET', url: at(base, 'auth/tokens'), headers, signal });
  if (answer.status === 401 || answer.status === 404) throw failure('credentials-refused', tokenEnded);
  if (answer.status !== 200) throw refusal(answer, 'Keystone');
  return tokenOf(answer, value, sentAt);
}

/** A token that may not be limited to a project yet. */
type Unscoped = Omit<Token, 'project'> & { readonly project: Token['project'] | undefined };

function tokenOf(answer: Answer, value: string | undefined, sentAt: number): Unscoped {
  const { token } = parse(TokenAnswer, answer, 'Keystone');
  if (!value) throw failure('provider-broken', 'Keystone issued a token without sending it (X-Subject-Token)');
  // The length of its life is taken from Keystone's clock alone, so that a difference between both clocks does not matter.
  const end = Date.parse(token.expires_at);
  const life = token.issued_at ? end - Date.parse(token.issued_at) : end - sentAt;
  return {
    value,
    renewAt: sentAt + Math.max(life - margin, life / 2),
    user: token.user.name,
    project: token.project,
    catalog: token.catalog,
  };
}

/** The body of `POST /v3/auth/tokens`; an application credential is scoped by itself and takes no scope. */
function authOf(account: Account, scoped: boolean): unknown {
  const scope = scoped && account.project ? { scope: { project: named(account.project, account.projectDomain) } } : {};
  switch (account.credential) {
    case 'password': {
      const user = { ...named(account.user ?? '', account.userDomain), password: account.password };
      return { auth: { identity: { methods: ['password'], password: { user } }, ...scope } };
    }
    case 'token':
      return { auth: { identity: { methods: ['token'], token: { id: account.token } }, ...scope } };
    case 'application-credential': {
      const credential = { id: account.applicationCredential, secret: account.applicationCredentialSecret };
      return { auth: { identity: { methods: ['application_credential'], application_credential: credential } } };
    }
  }
}

/** Keystone's ids are 32 hexadecimal digits; only the first domain is called `default`. */
const isId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text);

function named(name: string, domain: string): object {
  if (isId(name)) return { id: name };
  return { name, domain: isId(domain) || domain === 'default' ? { id: domain } : { name: domain } };
}

/**
 * Keystone tells nobody which part of a sign-in was wrong. Signing in without the project tells apart a wrong user or
 * password from a wrong project.
 */
async function whyRefused(account: Account, base: URL, http: Http, signal: AbortSignal) {
  if (account.credential === 'application-credential') return failure('credentials-refused', keyRefused);
  const answer = await http.send({
    method: 'POST',
    url: at(base, 'auth/tokens'),
    body: authOf(account, false),
    signal,
  });
  const token = answer.header('x-subject-token');
  if (answer.status !== 201 || !token) {
    return failure('credentials-refused', account.credential === 'token' ? tokenEnded : userRefused(account));
  }
  const projects = await http.send({
    method: 'GET',
    url: at(base, 'auth/projects'),
    headers: { 'x-auth-token': token },
    signal,
  });
  const mine = Projects.safeParse(projects.json);
  const names = mine.success ? mine.data.projects.map(({ name }) => name) : [];
  await http
    .send({
      method: 'DELETE',
      url: at(base, 'auth/tokens'),
      headers: { 'x-auth-token': token, 'x-subject-token': token },
      signal,
    })
    // It expires by itself; the reason for the refusal is what matters here.
    .catch(reasonOf);
  return failure('credentials-refused', projectRefused(account, names));
}

export function at(base: URL, path: string): URL {
  return new URL(`${base.href.replace(/\/$/, '')}/${path}`);
}

/** An answer as what it should be, or `provider-broken` with the first thing that is not as it should be. */
export function parse<S extends z.ZodType>(schema: S, answer: Answer, service: string): z.output<S> {
  const read = schema.safeParse(answer.json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join('.') ?? '';
  const problem =
    answer.json === undefined ? 'is not JSON' : `is not as expected at “${where}”: ${issue?.message ?? ''}`;
  throw failure('provider-broken', `the answer of ${service} to ${answer.url.pathname} ${problem}`);
}

/** The promise's outcome, or the signal's reason when that comes first; the work itself goes on for others. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const notUrl = (given: string): Text => ({
  en: `“${given}” is not an http:// or https:// URL; the Keystone URL looks like http://192.168.1.1:5000/v3`,
  'zh-CN': `“${given}” 不是有效的 http:// 或 https:// 地址，认证服务 URL 形如 http://192.168.1.1:5000/v3`,
});

const credentialsInUrl: Text = {
  en: 'the Keystone URL holds a user name or a password; give them in their own fields',
  'zh-CN': '认证服务 URL 中含有用户名或密码，请填写到各自的输入框中',
};

const onlyOld = (root: URL, ids: readonly string[]): Text => ({
  en: `Keystone at ${root.href} offers ${ids.join(', ')} only; v3 is needed (in OpenStack since 2013, the only one since 2018)`,
  'zh-CN': `${root.href} 上的 Keystone 只提供 ${ids.join('、')}，需要 v3（自 2013 年起提供，2018 年起为唯一版本）`,
});

const notKeystone = (root: URL): Text => ({
  en: `something answers at ${root.href}, but it is not Keystone; check port and path of the Keystone URL (usually port 5000, or the path /identity)`,
  'zh-CN': `${root.href} 有应答，但不是 Keystone，请检查认证服务 URL 的端口和路径（通常是 5000 端口，或路径 /identity）`,
});

const noProject: Text = {
  en: 'the token is not limited to a project; name the project',
  'zh-CN': '该令牌没有限定项目，请填写租户名称',
};

const tokenEnded: Text = {
  en: 'the token is wrong or has expired; get a new one, or sign in with a password or an application credential',
  'zh-CN': '令牌错误或已过期，请重新获取，或改用密码、应用凭证认证',
};

const keyRefused: Text = {
  en: 'the application credential is not accepted: its ID or its secret is wrong, it has expired, or it was deleted',
  'zh-CN': '应用凭证未被接受：ID 或密钥错误、已过期或已被删除',
};

const userRefused = ({ user, userDomain }: Account): Text => ({
  en: `the user name or the password is wrong (user ${user ?? ''} in domain ${userDomain})`,
  'zh-CN': `用户名或密码错误（用户 ${user ?? ''}，域 ${userDomain}）`,
});

function projectRefused({ project, projectDomain }: Account, names: readonly string[]): Text {
  const hint = names.length > 0 ? names.join(', ') : undefined;
  return {
    en: `user and password are right, but not the project ${project ?? ''} in domain ${projectDomain}: there is none of that name, or this user has no role in it. ${hint ? `This user's projects: ${hint}` : 'This user has no project at all'}`,
    'zh-CN': `用户名和密码正确，但项目 ${project ?? ''}（域 ${projectDomain}）不存在，或该用户在其中没有角色。${hint ? `该用户的项目：${hint}` : '该用户没有任何项目'}`,
  };
}
