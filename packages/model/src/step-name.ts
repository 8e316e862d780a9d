import { fill, type Language, type Text } from './language.ts';

/**
 * What the steps of a run are called. The journal keeps the English name, so that it reads the same for everybody who
 * opens it with psql; people see it in their own language.
 */
const names = {
  survey: { en: 'See what there is', 'zh-CN': '清点现有资源' },
  plan: { en: 'Work out what to do', 'zh-CN': '制定计划' },
  begin: { en: 'Write down what there is to be', 'zh-CN': '记录目标状态' },
  update: { en: 'Change {kind} {name}', 'zh-CN': '变更{kind} {name}' },
  replace: { en: 'Replace {kind} {name}', 'zh-CN': '替换{kind} {name}' },
  create: { en: 'Create {kind} {name}', 'zh-CN': '创建{kind} {name}' },
  ready: { en: 'The {kind} {name} is ready', 'zh-CN': '{kind} {name} 就绪' },
  built: { en: 'The {kind} {name} was built', 'zh-CN': '{kind} {name} 构建结果' },
  find: { en: 'Find out whether the {kind} {name} was made', 'zh-CN': '确认{kind} {name} 是否已创建' },
  delete: { en: 'Delete {kind} {name}', 'zh-CN': '删除{kind} {name}' },
  gone: { en: 'The {kind} {name} is gone', 'zh-CN': '{kind} {name} 已消失' },
  run: { en: 'Run {operation} of {node}', 'zh-CN': '执行 {node} 的 {operation}' },
  start: { en: 'Start {name}', 'zh-CN': '启动 {name}' },
  stop: { en: 'Stop {name}', 'zh-CN': '停止 {name}' },
  reboot: { en: 'Reboot {name}', 'zh-CN': '重启 {name}' },
  running: { en: '{name} is running', 'zh-CN': '{name} 运行中' },
  stopped: { en: '{name} is stopped', 'zh-CN': '{name} 已停止' },
  state: { en: 'Note that {name} is {state}', 'zh-CN': '记录 {name} 的状态：{state}' },
  check: { en: 'See whether {name} is ready for it', 'zh-CN': '检查 {name} 是否满足条件' },
} as const satisfies Record<string, Text>;

export type StepName = keyof typeof names;

/** What the kinds of resources are called. */
export const kindNames = {
  flavor: { en: 'flavor', 'zh-CN': '主机类型' },
  image: { en: 'image', 'zh-CN': '镜像' },
  'key-pair': { en: 'key pair', 'zh-CN': '密钥对' },
  network: { en: 'network', 'zh-CN': '网络' },
  subnet: { en: 'subnet', 'zh-CN': '子网' },
  router: { en: 'router', 'zh-CN': '路由器' },
  'security-group': { en: 'security group', 'zh-CN': '安全组' },
  port: { en: 'port', 'zh-CN': '端口' },
  volume: { en: 'volume', 'zh-CN': '云硬盘' },
  server: { en: 'server', 'zh-CN': '云主机' },
  attachment: { en: 'attachment', 'zh-CN': '硬盘挂载' },
  address: { en: 'address', 'zh-CN': '公网 IP' },
} as const satisfies Record<string, Text>;

type Facts = Readonly<Record<string, string>>;

/** The name a step is journaled under. A fact `kind` is one of {@link kindNames}. */
export function stepName(
  which: StepName,
  { kind, ...facts }: Facts & { readonly kind?: keyof typeof kindNames } = {},
): string {
  return fill(names[which].en, { ...facts, ...(kind && { kind: kindNames[kind].en }) });
}

/** A journaled name as a person reads it; one that is none of ours (a template's own) stays as it is. */
export function stepNameIn(language: Language, journaled: string): string {
  if (language === 'en') return journaled;
  for (const { text, pattern } of patterns) {
    const facts = pattern.exec(journaled)?.groups;
    if (pattern.test(journaled)) return fill(text[language], inLanguage(facts ?? {}, language));
  }
  return journaled;
}

function inLanguage({ kind, ...facts }: Facts, language: Language): Facts {
  const known = Object.values(kindNames).find(({ en }) => en === kind);
  return { ...facts, ...(kind !== undefined && { kind: known?.[language] ?? kind }) };
}

const anyKind = Object.values(kindNames)
  .map(({ en }) => en)
  .join('|');

const patterns = Object.values(names).map((text) => ({
  text,
  pattern: new RegExp(
    `^${text.en.replace(/\{(\w+)\}/g, (_, hole: string) => `(?<${hole}>${hole === 'kind' ? anyKind : hole === 'operation' ? '\\S+' : '.+'})`)}$`,
    'u',
  ),
}));
