import type { Text } from '@pileus/model';

/** Says in a sentence why no answer came from `url`: which host and port, what went wrong there, what to do. */
export function whyUnreachable(error: unknown, url: URL, timeout: number): Text {
  const at = placeOf(url);
  const code = codeOf(error);
  const why = code === undefined ? undefined : reasons[code];
  if (why) return why(at, url, timeout);
  if (code && /^(ERR_SSL|EPROTO)/.test(code)) return notTls(at, url, timeout);
  if (code?.startsWith('HPE_')) return notHttp(at, url, timeout);
  if (isTimeout(error)) return slow(at, url, timeout);
  const words = error instanceof Error ? error.message : String(error);
  return { en: `${at}: ${words}`, 'zh-CN': `${at}：${words}` };
}

/** `host:port`, with the port that the scheme implies when none is written. */
export function placeOf(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

function codeOf(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    // Node tries every address of a name and then throws them all together.
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return undefined;
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

type Sentence = (at: string, url: URL, timeout: number) => Text;

const slow: Sentence = (at, _, timeout) => ({
  en: `${at} took the connection but did not answer within ${timeout / 1000} s`,
  'zh-CN': `${at} 已接受连接，但在 ${timeout / 1000} 秒内没有应答`,
});

const silent: Sentence = (at) => ({
  en: `nothing answers at ${at}: the host is down, or a firewall drops the packets`,
  'zh-CN': `${at} 没有任何应答：主机已关机，或被防火墙丢弃`,
});

const unknownHost: Sentence = (_, url) => ({
  en: `the host name ${url.hostname} is not known here; check its spelling and this machine's DNS`,
  'zh-CN': `无法解析主机名 ${url.hostname}，请检查拼写和本机的 DNS`,
});

const reset: Sentence = (at, url) => {
  const tls = url.protocol === 'https:';
  return {
    en: `${at} closed the connection before it answered${tls ? '; if it does not speak TLS, write http:// instead of https://' : ''}`,
    'zh-CN': `${at} 在应答之前关闭了连接${tls ? '；如果该端口不支持 TLS，请将 https:// 改为 http://' : ''}`,
  };
};

const untrusted: Sentence = (at) => ({
  en: `the TLS certificate of ${at} is not signed by an authority we trust (self-signed, or a company's own); paste the authority's certificate (PEM) into the account, or switch verification off`,
  'zh-CN': `${at} 的 TLS 证书不是由受信任的机构签发（自签名或企业自建 CA），请在账户中粘贴 CA 证书（PEM），或关闭证书校验`,
});

const notTls: Sentence = (at) => ({
  en: `${at} does not speak TLS; write http:// instead of https://, or use the TLS port`,
  'zh-CN': `${at} 不支持 TLS，请将 https:// 改为 http://，或改用 TLS 端口`,
});

const notHttp: Sentence = (at) => ({
  en: `${at} answers, but not in HTTP; is it the right port, and is it https:// perhaps?`,
  'zh-CN': `${at} 有应答，但不是 HTTP；请检查端口是否正确，或是否应使用 https://`,
});

const reasons: Readonly<Record<string, Sentence>> = {
  ECONNREFUSED: (at) => ({
    en: `${at} refuses the connection: no service listens on that port`,
    'zh-CN': `${at} 拒绝连接：该端口上没有服务`,
  }),
  ENOTFOUND: unknownHost,
  EAI_AGAIN: (_, url) => ({
    en: `the host name ${url.hostname} cannot be looked up now: the DNS server does not answer`,
    'zh-CN': `暂时无法解析主机名 ${url.hostname}：DNS 服务器没有应答`,
  }),
  EHOSTUNREACH: silent,
  ENETUNREACH: (at) => ({ en: `there is no route from here to ${at}`, 'zh-CN': `本机没有到 ${at} 的路由` }),
  ETIMEDOUT: silent,
  UND_ERR_CONNECT_TIMEOUT: silent,
  UND_ERR_HEADERS_TIMEOUT: slow,
  UND_ERR_BODY_TIMEOUT: slow,
  ECONNRESET: reset,
  EPIPE: reset,
  UND_ERR_SOCKET: reset,
  UND_ERR_RES_EXCEEDED_MAX_SIZE: (at) => ({
    en: `${at} sent more than 32 MB in one answer; nothing of it was used`,
    'zh-CN': `${at} 的单个应答超过 32 MB，已丢弃`,
  }),
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: (at) => ({
    en: `the TLS certificate of ${at} has expired; it must be renewed there`,
    'zh-CN': `${at} 的 TLS 证书已过期，需要在该主机上更新`,
  }),
  CERT_NOT_YET_VALID: (at) => ({
    en: `the TLS certificate of ${at} is not valid yet; compare the clocks of both machines`,
    'zh-CN': `${at} 的 TLS 证书尚未生效，请核对两端的时钟`,
  }),
  ERR_TLS_CERT_ALTNAME_INVALID: (at, url) => ({
    en: `the TLS certificate of ${at} was issued for another name than ${url.hostname}; use the name that stands in the certificate`,
    'zh-CN': `${at} 的 TLS 证书不是为 ${url.hostname} 签发的，请使用证书中的主机名`,
  }),
};
