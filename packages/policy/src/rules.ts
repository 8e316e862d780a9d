import { fill, nearest, type Language, type Text } from '@pileus/model';

/** What can be wrong with a document: each rule's sentence says what it is and what to do. */
export const rules = {
  'not-json': { en: 'This is not JSON: {reason}', 'zh-CN': '这不是有效的 JSON：{reason}' },
  'duplicate-member': {
    en: '{name} stands here twice; readers would disagree which one counts, so keep one',
    'zh-CN': '{name} 在此处出现了两次，含义不明确，请只保留一个',
  },
  'missing-member': { en: '{name} is missing; it must be {shape}', 'zh-CN': '缺少 {name}，它应为{shape}' },
  'wrong-shape': { en: '{name} must be {shape}', 'zh-CN': '{name} 应为{shape}' },
  'unknown-member': {
    en: 'There is nothing called {name} here; remove it{hint}',
    'zh-CN': '此处没有名为 {name} 的成员，请删除{hint}',
  },
  'too-large': {
    en: 'The document has {bytes} bytes; at most {most} are possible, so make several policies of it',
    'zh-CN': '文档大小为 {bytes} 字节，最多允许 {most} 字节，请拆分为多个授权策略',
  },
  'too-many-statements': {
    en: 'There are {count} statements; at most {most} are possible, so make several policies of them',
    'zh-CN': '共有 {count} 条语句，最多允许 {most} 条，请拆分为多个授权策略',
  },
  'too-long': {
    en: 'This text has {count} characters; at most {most} are possible',
    'zh-CN': '此文本有 {count} 个字符，最多允许 {most} 个',
  },
  'not-text': {
    en: 'This text holds a NUL or half a character, which no resource can have; remove it',
    'zh-CN': '此文本含有空字符或不完整的字符，任何资源都不会包含它们，请删除',
  },
  'one-of': {
    en: 'A statement has either {name} or Not{name}; write one of the two',
    'zh-CN': '语句中 {name} 与 Not{name} 必须且只能有一个',
  },
  'duplicate-sid': {
    en: 'Statement {first} has the Sid {sid} already; give this one another',
    'zh-CN': '第 {first} 条语句已使用 Sid {sid}，请为本条另取一个',
  },
  'unknown-action': {
    en: 'There is no action {action}{hint}; the list of actions says what there is',
    'zh-CN': '没有名为 {action} 的操作{hint}，可用的操作见操作列表',
  },
  'wrong-resource': {
    en: '{resource} names no resource; write *, kind/* or kind/name, such as {example}',
    'zh-CN': '{resource} 不是资源的写法，请写成 *、种类/* 或 种类/名称，例如 {example}',
  },
  'unknown-kind': {
    en: 'There is no kind of resource {kind}{hint}; there are {known}',
    'zh-CN': '没有名为 {kind} 的资源种类{hint}，可用的有：{known}',
  },
  'action-without-resource': {
    en: '{action} is done to {kinds}, and no resource here is one: add {kind}/* to the resources, or leave the action out',
    'zh-CN': '{action} 作用于 {kinds}，而此处没有这类资源：请在资源中加入 {kind}/*，或去掉该操作',
  },
  'resource-without-action': {
    en: 'None of the actions here is done to {kind}: leave {resource} out, or add an action on it',
    'zh-CN': '此处没有作用于 {kind} 的操作：请去掉 {resource}，或加入相应的操作',
  },
  'unknown-operator': {
    en: 'There is no operator {operator}{hint}; there are {known}',
    'zh-CN': '没有名为 {operator} 的运算符{hint}，可用的有：{known}',
  },
  'unknown-key': {
    en: 'There is no condition key {key}{hint}; there are {known}',
    'zh-CN': '没有名为 {key} 的条件键{hint}，可用的有：{known}',
  },
  'key-of-other-kind': {
    en: 'What these actions are done to ({kinds}) never has {key}; it has {known}',
    'zh-CN': '这些操作所作用的资源（{kinds}）没有条件键 {key}，它们有：{known}',
  },
  'wrong-operator': {
    en: '{operator} does not compare {key}, which is {type}; use {known}',
    'zh-CN': '{operator} 不能用于条件键 {key}（类型为{type}），请使用 {known}',
  },
  'wrong-value': { en: '{value} must be {shape}', 'zh-CN': '{value} 应为{shape}' },
  'unknown-variable': {
    en: 'There is no variable {variable}{hint}; there are {known}, and ${$} stands for a dollar sign',
    'zh-CN': '没有名为 {variable} 的变量{hint}，可用的有：{known}；美元符号请写成 ${$}',
  },
} as const satisfies Record<string, Text>;

export type Rule = keyof typeof rules;

/** A fact of a sentence that itself is said differently in each language. */
export type Fact = string | number | Text;

export function say(rule: Rule, facts: Readonly<Record<string, Fact>>, language: Language): string {
  const said = Object.entries(facts).map(([name, fact]) => [name, typeof fact === 'object' ? fact[language] : fact]);
  return fill(rules[rule][language], Object.fromEntries(said));
}

/** The end of a sentence that names what was probably meant. */
export function hint(name: string, known: Iterable<string>): Text {
  const best = nearest(name, known);
  if (best === undefined) return { en: '', 'zh-CN': '' };
  return { en: ` (did you mean ${best}?)`, 'zh-CN': `（是否应为 ${best}？）` };
}

/** What something must be. */
export const shapes = {
  document: { en: 'an object with Version and Statement', 'zh-CN': '含有 Version 与 Statement 的对象' },
  Version: { en: '"2026-11-01", the version of the language', 'zh-CN': '语言版本 "2026-11-01"' },
  Statement: { en: 'a list of at least one statement', 'zh-CN': '至少含一条语句的列表' },
  statement: { en: 'an object with Effect, Action and Resource', 'zh-CN': '含有 Effect、Action 与 Resource 的对象' },
  Sid: {
    en: 'at most 64 letters, digits, spaces, and . _ - that begin with a letter or digit',
    'zh-CN': '以文字或数字开头、不超过 64 个字符的文字、数字、空格或 . _ -',
  },
  Effect: { en: '"Allow" or "Deny"', 'zh-CN': '"Allow" 或 "Deny"' },
  Action: { en: 'an action such as "server.stop", or a list of them', 'zh-CN': '操作（如 "server.stop"）或操作的列表' },
  Resource: { en: 'a resource such as "server/*", or a list of them', 'zh-CN': '资源（如 "server/*"）或资源的列表' },
  Condition: {
    en: 'an object such as { "StringEquals": { "project": "shop" } }',
    'zh-CN': '形如 { "StringEquals": { "project": "shop" } } 的对象',
  },
  operator: { en: 'an object of condition keys and their values', 'zh-CN': '由条件键与值组成的对象' },
  values: { en: 'a value or a list of at least one', 'zh-CN': '一个值或至少含一个值的列表' },
} as const satisfies Record<string, Text>;

/** What the values of a type are called, and how they are written. */
export const types = {
  string: { name: { en: 'text', 'zh-CN': '文本' }, shape: { en: 'text in quotes', 'zh-CN': '带引号的文本' } },
  number: { name: { en: 'a number', 'zh-CN': '数字' }, shape: { en: 'a number', 'zh-CN': '数字' } },
  boolean: {
    name: { en: 'true or false', 'zh-CN': '布尔值' },
    shape: { en: 'true or false', 'zh-CN': 'true 或 false' },
  },
  date: {
    name: { en: 'a time', 'zh-CN': '时间' },
    shape: {
      en: 'a day or a time with its zone, such as "2026-11-01" or "2026-11-01T08:00:00+08:00"',
      'zh-CN': '日期或带时区的时间，例如 "2026-11-01" 或 "2026-11-01T08:00:00+08:00"',
    },
  },
  ip: {
    name: { en: 'an address', 'zh-CN': 'IP 地址' },
    shape: {
      en: 'an address or a block of them, such as "10.0.0.0/8" or "2001:db8::/32"',
      'zh-CN': 'IP 地址或地址段，例如 "10.0.0.0/8" 或 "2001:db8::/32"',
    },
  },
} as const satisfies Record<string, { name: Text; shape: Text }>;
