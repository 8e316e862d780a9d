/** What the CLI tells a person on standard error. */
export const messageTexts = {
  'message.error': { en: 'error', 'zh-CN': '错误' },
  'message.requestId': { en: 'request id {id}', 'zh-CN': '请求 ID {id}' },
  'message.bug': { en: 'This is a bug in the command line: {detail}', 'zh-CN': '命令行程序内部出错：{detail}' },
  'message.seeHelp': { en: 'See {command} --help', 'zh-CN': '请参阅 {command} --help' },

  'message.unreachable': {
    en: 'The server at {server} does not answer ({detail}). Start it with npm start, or name another one with --server or PILEUS_SERVER.',
    'zh-CN':
      '服务器 {server} 没有应答（{detail}）。请用 npm start 启动，或用 --server 或 PILEUS_SERVER 指定其他服务器。',
  },
  'message.notPileus': {
    en: '{server} answers, but not like a Pileus server: {detail}',
    'zh-CN': '{server} 有应答，但不像 Pileus 服务器：{detail}',
  },
  'message.signInHint': { en: 'Sign in with: pileus login {server}', 'zh-CN': '请登录：pileus login {server}' },
  'message.badServer': {
    en: '{server} is not the address of a server; write it like http://127.0.0.1:7800',
    'zh-CN': '{server} 不是服务器地址；请写成 http://127.0.0.1:7800 的形式',
  },
  'message.badContexts': {
    en: '{file} cannot be read as JSON: {detail}. Mend it, or remove it and sign in again.',
    'zh-CN': '{file} 不是有效的 JSON：{detail}。请修正，或删除后重新登录。',
  },
  'message.noContext': {
    en: 'There is no saved sign-in {name}; pileus context list shows those there are',
    'zh-CN': '没有名为 {name} 的登录；pileus context list 可列出全部',
  },

  'usage.unknownOption': { en: 'There is no option {what}', 'zh-CN': '没有选项 {what}' },
  'usage.unknownCommand': { en: 'There is no command {what}', 'zh-CN': '没有命令 {what}' },
  'usage.missingArgument': { en: 'The argument {what} is missing', 'zh-CN': '缺少参数 {what}' },
  'usage.missingValue': { en: 'The option {what} needs a value', 'zh-CN': '选项 {what} 需要一个值' },
  'usage.missingOption': { en: 'The option {what} is needed', 'zh-CN': '必须给出选项 {what}' },
  'usage.tooMany': { en: 'There are more arguments than this command takes', 'zh-CN': '参数过多' },
  'usage.badValue': {
    en: '{what} cannot be {value}; it is one of {choices}',
    'zh-CN': '{what} 不能是 {value}；可选值为 {choices}',
  },
  'usage.didYouMean': { en: 'Did you mean {what}?', 'zh-CN': '您是否要用 {what}？' },
  'usage.badAssignment': { en: '{given} is not of the form key=value', 'zh-CN': '{given} 不是 key=value 的形式' },
  'usage.badNumber': { en: '{key} must be a number, not {given}', 'zh-CN': '{key} 必须是数字，而不是 {given}' },
  'usage.badBoolean': {
    en: '{key} must be true or false, not {given}',
    'zh-CN': '{key} 必须是 true 或 false，而不是 {given}',
  },
  'usage.badJson': { en: '{key} is not valid JSON: {detail}', 'zh-CN': '{key} 不是有效的 JSON：{detail}' },
  'usage.badYaml': { en: '{file} is not valid YAML: {detail}', 'zh-CN': '{file} 不是有效的 YAML：{detail}' },
  'usage.notAMap': { en: '{file} must hold a map of inputs', 'zh-CN': '{file} 必须是由输入组成的映射' },
  'usage.noFile': { en: '{file} cannot be read: {detail}', 'zh-CN': '无法读取 {file}：{detail}' },
  'usage.noVariable': { en: 'The environment variable {name} is not set', 'zh-CN': '环境变量 {name} 未设置' },
  'usage.missingSettings': {
    en: 'These are missing: {names}. Give them with --set',
    'zh-CN': '缺少：{names}。请用 --set 给出',
  },
  'usage.needsYes': {
    en: 'There is no terminal to ask on; pass --yes to go ahead',
    'zh-CN': '没有可供确认的终端；请使用 --yes 直接执行',
  },
  'usage.badDuration': {
    en: '{given} is not a length of time; write it like 90s, 20m or 2h',
    'zh-CN': '{given} 不是有效的时长；请写成 90s、20m 或 2h',
  },
  'usage.badTime': {
    en: '{given} is not a time; write it like 2026-11-22 or 2026-11-22T10:00:00Z',
    'zh-CN': '{given} 不是有效的时间；请写成 2026-11-22 或 2026-11-22T10:00:00Z',
  },
  'usage.badCount': {
    en: '{given} is not of the form NODE=COUNT, such as web=3',
    'zh-CN': '{given} 不是 NODE=COUNT 的形式，例如 web=3',
  },
  'usage.badSecretVersion': {
    en: '{given} is not the number of a version; pileus secret versions shows them',
    'zh-CN': '{given} 不是版本号；可用 pileus secret versions 查看',
  },
  'usage.badRevision': {
    en: '{given} is not the number of a revision; pileus deployment history shows them',
    'zh-CN': '{given} 不是有效的修订号；可用 pileus deployment history 查看',
  },
  'usage.noAccount': {
    en: 'There is no cloud account yet; add one with: pileus account add',
    'zh-CN': '还没有云账户；请添加：pileus account add',
  },
  'usage.whichAccount': {
    en: 'There are several cloud accounts; say which one with --account: {names}',
    'zh-CN': '有多个云账户；请用 --account 指定：{names}',
  },
  'usage.badLimit': { en: '{given} is not a number of rows', 'zh-CN': '{given} 不是有效的行数' },
  'usage.needsPassword': {
    en: 'There is no terminal to ask for the password on; set PILEUS_PASSWORD',
    'zh-CN': '没有可输入密码的终端；请设置 PILEUS_PASSWORD',
  },
  'usage.emptyTemplate': { en: '{path} holds no files', 'zh-CN': '{path} 中没有文件' },
  'usage.templateTooLarge': { en: '{path} is larger than {limit} MB', 'zh-CN': '{path} 超过 {limit} MB' },
  'usage.needsTo': {
    en: '{path} is a package; say with --to which folder or archive to write',
    'zh-CN': '{path} 是模板包；请用 --to 指定要写入的文件夹或压缩包',
  },
  'usage.nothingToChange': {
    en: 'Nothing to change: give at least one of {options}',
    'zh-CN': '没有要修改的内容：请至少给出其中一项：{options}',
  },

  'find.none': { en: 'There is no {kind} {name}', 'zh-CN': '没有{kind} {name}' },
  'find.several': {
    en: 'There are several {kind}s called {name}; use an id: {ids}',
    'zh-CN': '有多个名为 {name} 的{kind}；请使用 ID：{ids}',
  },
  'find.secretOutput': {
    en: 'The output {name} of {deployment} is a secret, or made of one: nobody is shown it',
    'zh-CN': '{deployment} 的输出 {name} 是机密值或由机密值得出：不会显示给任何人',
  },
  'find.noOutput': {
    en: 'The deployment {deployment} has no output {name}',
    'zh-CN': '应用实例 {deployment} 没有输出 {name}',
  },
  'find.noNode': {
    en: 'The deployment {deployment} has no node {name}',
    'zh-CN': '应用实例 {deployment} 没有节点 {name}',
  },
  'find.noRunNode': { en: 'The run {run} does nothing for {name}', 'zh-CN': '执行 {run} 不涉及 {name}' },
  'find.noWorkflow': { en: '{deployment} has no workflow {name}', 'zh-CN': '{deployment} 没有工作流 {name}' },
  'find.noOperation': {
    en: '{node} of {deployment} has no operation {name}',
    'zh-CN': '{deployment} 的 {node} 没有操作 {name}',
  },
  'find.ofRelationship': {
    en: '{name} is an operation of a relationship of {node}; name it with --relationship: {ids}',
    'zh-CN': '{name} 是 {node} 的关系上的操作；请用 --relationship 指定：{ids}',
  },
  'find.severalOperations': {
    en: '{name} may be any of {known}; name the interface too',
    'zh-CN': '{name} 可能是 {known}；请同时指定接口',
  },
  'find.noPlan': {
    en: 'There is no plan {hash}; plans that were not carried out are kept for a week',
    'zh-CN': '没有计划 {hash}；未执行的计划保留一周',
  },
  'find.notCounted': {
    en: '{name} of {deployment} cannot be counted; these can: {known}',
    'zh-CN': '{deployment} 的 {name} 不能伸缩；可伸缩的有：{known}',
  },
  'find.nothingCounted': {
    en: 'Nothing in {deployment} can be scaled: its template counts no node',
    'zh-CN': '{deployment} 中没有可伸缩的节点：其模板未声明数量',
  },
  'find.noRun': { en: 'The deployment {name} has no run yet', 'zh-CN': '应用实例 {name} 还没有执行' },
  'kind.account': { en: 'cloud account', 'zh-CN': '云账户' },
  'kind.template': { en: 'template', 'zh-CN': '应用模板' },
  'kind.deployment': { en: 'deployment', 'zh-CN': '应用实例' },
  'kind.instance': { en: 'instance', 'zh-CN': '实例' },
  'kind.provider': { en: 'provider', 'zh-CN': '云服务商' },

  'list.empty': { en: 'Nothing to show', 'zh-CN': '没有内容' },
  'kind.organization': { en: 'organization', 'zh-CN': '租户' },
  'kind.project': { en: 'project', 'zh-CN': '项目' },
  'kind.user': { en: 'user', 'zh-CN': '用户' },
  'kind.group': { en: 'group', 'zh-CN': '群组' },
  'kind.service': { en: 'service account', 'zh-CN': '服务账号' },
  'kind.policy': { en: 'policy', 'zh-CN': '授权策略' },
  'kind.token': { en: 'token', 'zh-CN': '访问令牌' },
  'message.deleted': { en: 'Deleted the {kind} {name}', 'zh-CN': '已删除{kind} {name}' },
  'people.link': {
    en: '{name} signs in first by this link, once, within a day:',
    'zh-CN': '{name} 首次登录请使用以下链接（仅一次，一天内有效）：',
  },
  'people.newLink': {
    en: '{name} signs in by this link, once, within a day, and can choose a password then:',
    'zh-CN': '{name} 可使用以下链接登录（仅一次，一天内有效）并设置密码：',
  },
  'people.enabled': { en: 'active', 'zh-CN': '正常' },
  'people.disabled': { en: 'disabled', 'zh-CN': '已停用' },
  'tags.none': { en: 'It has no tags', 'zh-CN': '没有标签' },
  'tags.bad': {
    en: 'A tag is given as key=value (owner=zhang), not {given}',
    'zh-CN': '标签应写成 key=value（owner=zhang），而不是 {given}',
  },
  'quota.set': { en: 'The limits of {name} are set', 'zh-CN': '已设置 {name} 的配额' },
  'quota.none': { en: 'no limit', 'zh-CN': '不限' },
  'quota.moneyIn': { en: 'cost a month in {currency}', 'zh-CN': '每月费用（{currency}）' },
  'quota.number': {
    en: '{what} is a whole number or none, not {given}',
    'zh-CN': '{what} 应为整数或 none，而不是 {given}',
  },
  'quota.money': {
    en: '--money is an amount and a currency ("1000 CNY") or none, not {given}',
    'zh-CN': '--money 应为金额和货币（"1000 CNY"）或 none，而不是 {given}',
  },
  'quota.nothing': {
    en: 'Give a limit to set, such as --servers 10',
    'zh-CN': '请指定要设置的上限，例如 --servers 10',
  },
  'quota.asked': {
    en: 'Quota of {name}: {what} {used} + {asked} of {limit}',
    'zh-CN': '{name} 的配额：{what} {used} + {asked}，上限 {limit}',
  },
  'quota.freed': {
    en: 'Quota of {name}: {what} {used} - {asked} of {limit}',
    'zh-CN': '{name} 的配额：{what} {used} - {asked}，上限 {limit}',
  },
  'people.deleteProject': { en: 'Delete the project {name}?', 'zh-CN': '删除项目 {name}？' },
  'people.deleteUser': {
    en: 'Delete the user {name}, with all sessions and tokens?',
    'zh-CN': '删除用户 {name} 及其全部会话和令牌？',
  },
  'people.deleteGroup': {
    en: 'Delete the group {name}? Its members stay, and lose what it gave them',
    'zh-CN': '删除群组 {name}？成员保留，但会失去由它获得的权限',
  },
  'people.deleteServiceAccount': {
    en: 'Delete the service account {name}, with all its keys?',
    'zh-CN': '删除服务账号 {name} 及其全部密钥？',
  },
  'token.once': {
    en: 'This is shown once; keep it where secrets are kept:',
    'zh-CN': '令牌只显示这一次，请妥善保存：',
  },
  'policy.holds': { en: 'Version {version} of {name} holds', 'zh-CN': '{name} 的第 {version} 版已生效' },
  'policy.askDelete': {
    en: 'Delete the policy {name}, with all its versions?',
    'zh-CN': '删除授权策略 {name} 及其全部版本？',
  },
  'policy.allowed': { en: 'Allowed: {reason}', 'zh-CN': '允许：{reason}' },
  'policy.denied': { en: 'Not allowed: {reason}', 'zh-CN': '不允许：{reason}' },
  'policy.reason.allowed': { en: 'a statement allows it, and none denies it', 'zh-CN': '有语句允许，且没有语句拒绝' },
  'policy.reason.denied': {
    en: 'a statement denies it, whatever others allow',
    'zh-CN': '有语句明确拒绝，无论其他语句是否允许',
  },
  'policy.reason.nothing': { en: 'no statement allows it', 'zh-CN': '没有语句允许' },
  'policy.nearMiss': {
    en: '{statement} would count, but for its condition on {keys}',
    'zh-CN': '{statement} 因条件 {keys} 不满足而未生效',
  },
  'kind.secret': { en: 'secret', 'zh-CN': '机密' },
  'secret.is.text': { en: 'text', 'zh-CN': '文本' },
  'secret.is.ssh-key': { en: 'SSH private key', 'zh-CN': 'SSH 私钥' },
  'secret.is.login': { en: 'user and password', 'zh-CN': '用户名和密码' },
  'secret.value': { en: 'Value', 'zh-CN': '内容' },
  'secret.askDelete': { en: 'Delete the secret {name}?', 'zh-CN': '删除机密 {name}？' },
  'secret.needsUser': { en: 'A login has a user: --user', 'zh-CN': '登录类机密需要用户名：--user' },
  'secret.needsFile': {
    en: 'Give the value by --file, - being standard input: on the command line others could see it',
    'zh-CN': '请用 --file 提供内容（- 表示标准输入）：写在命令行上会被他人看到',
  },
  'vault.at.file': { en: 'file', 'zh-CN': '文件' },
  'vault.at.environment': { en: 'environment', 'zh-CN': '环境变量' },
  'vault.at.transit': { en: 'transit engine', 'zh-CN': 'transit 引擎' },
  'vault.is.newest': { en: 'seals', 'zh-CN': '正在使用' },
  'vault.is.needed': { en: 'still needed', 'zh-CN': '仍需保留' },
  'vault.is.missing': { en: 'MISSING', 'zh-CN': '缺失' },
  'vault.is.free': { en: 'not needed', 'zh-CN': '不再需要' },
  'vault.bringBack': {
    en: '{count} secret(s) are sealed with the key {key}, which this server does not have: bring it back, or enter them again',
    'zh-CN': '有 {count} 个机密由密钥 {key} 加密，而该服务器没有此密钥：请恢复它，或重新输入这些机密',
  },
  'vault.rewrapFirst': {
    en: 'Before an older key goes: pileus vault rewrap',
    'zh-CN': '移除旧密钥之前，请先执行：pileus vault rewrap',
  },
  'vault.canGo': {
    en: 'Nothing is sealed with the key {key}: it can go, once no server seals with it and no backup needs it',
    'zh-CN': '没有机密使用密钥 {key}：确认没有服务器仍在使用、也没有备份依赖它之后即可移除',
  },
  'vault.begun': {
    en: 'Begun; pileus vault status shows how far it is',
    'zh-CN': '已开始；可用 pileus vault status 查看进度',
  },
  'vault.wrapped': { en: 'Wrapped anew: {count}', 'zh-CN': '已重新封装：{count}' },
  'vault.progress': { en: 'Wrapped anew: {wrapped}, left: {left}', 'zh-CN': '已重新封装：{wrapped}，剩余：{left}' },
  'vault.passedOver': {
    en: '{count} secret(s) stay as they were. The first of them: {reason}',
    'zh-CN': '有 {count} 个机密保持原样。其中第一个：{reason}',
  },
  'vault.goesOn': {
    en: 'It goes on in the background; pileus vault status shows how far it is',
    'zh-CN': '任务仍在后台继续；可用 pileus vault status 查看进度',
  },
  'audit.whole': {
    en: '{rows} rows, all as they were written; the last one is number {number}, {digest}',
    'zh-CN': '共 {rows} 条，均未被改动；最后一条为第 {number} 条，{digest}',
  },
  'audit.exported': { en: '{rows} rows written', 'zh-CN': '已写出 {rows} 条' },
  'audit.broken': {
    en: '{rows} rows, and the chain is broken in {count} place(s)',
    'zh-CN': '共 {rows} 条，链条在 {count} 处断开',
  },
  'audit.changed': {
    en: 'number {number}: the row, or the one before it, is not as it was written',
    'zh-CN': '第 {number} 条：该行或前一行与写入时不符',
  },
  'audit.missing': { en: 'number {number}: rows are missing before it', 'zh-CN': '第 {number} 条：之前有缺失的行' },
  'list.more': { en: 'There are more; --limit shows them', 'zh-CN': '还有更多；可用 --limit 显示' },

  'login.done': { en: 'Signed in to {server} as {user}', 'zh-CN': '已以 {user} 登录 {server}' },
  'login.password': { en: 'Password of {name}', 'zh-CN': '{name} 的密码' },
  'people.resetFactors': {
    en: 'Take away the second factors of {name}, and end its sessions?',
    'zh-CN': '清除 {name} 的多因素认证设置并终止其会话？',
  },
  'people.factorsReset': {
    en: '{name} signs in without a second factor, and can set one up anew',
    'zh-CN': '{name} 现在无需第二重验证即可登录，并可重新设置',
  },
  'method.answers': { en: '{title} answers', 'zh-CN': '{title} 连接正常' },
  'method.askDelete': {
    en: 'Remove {title}? Nobody signs in by it any more, and sessions begun by it end.',
    'zh-CN': '移除 {title}？此后不能再用它登录，由它建立的会话将终止。',
  },
  'kind.webhook': { en: 'webhook', 'zh-CN': 'Webhook' },
  'webhook.secretOnce': {
    en: 'Keep the secret: it is shown this once',
    'zh-CN': '请保存签名密钥：仅显示这一次',
  },
  'webhook.rotated': { en: 'Until {at} the old secret signs as well', 'zh-CN': '旧密钥在 {at} 之前仍同时签名' },
  'webhook.askDelete': {
    en: 'Remove the webhook {name}, with what it was told and what waits?',
    'zh-CN': '移除 Webhook {name}，以及其投递记录和等待中的事件？',
  },
  'webhook.onOrOff': { en: 'Give --enable or --disable, not both', 'zh-CN': '--enable 与 --disable 只能指定一个' },
  'webhook.isFailing': { en: 'nothing arrives', 'zh-CN': '投递失败中' },
  'webhook.failing': { en: 'disabled: nothing arrived for days', 'zh-CN': '已停用：连续多日投递失败' },
  'webhook.gone': { en: 'disabled: the receiver says it is gone', 'zh-CN': '已停用：接收方表示已不存在' },
  'webhook.is.waiting': { en: 'waiting', 'zh-CN': '等待投递' },
  'webhook.is.delivered': { en: 'delivered', 'zh-CN': '已送达' },
  'webhook.is.failed': { en: 'failed', 'zh-CN': '失败' },
  'kind.method': { en: 'sign-in method', 'zh-CN': '登录方式' },
  'login.device': {
    en: 'Open {url} in a browser, sign in, and approve the code {code}',
    'zh-CN': '请在浏览器中打开 {url}，登录后批准代码 {code}',
  },
  'login.code': {
    en: 'Six digits of your authenticator app, or a recovery code',
    'zh-CN': '身份验证器中的 6 位验证码，或一个恢复码',
  },
  'usage.needsCode': {
    en: 'A second factor is asked for, and there is no terminal to ask at: set PILEUS_CODE',
    'zh-CN': '需要第二重验证，但当前没有终端可供输入：请设置 PILEUS_CODE',
  },
  'login.insecure': {
    en: 'The connection to {server} is not encrypted: others on the network can read along',
    'zh-CN': '与 {server} 的连接未加密：网络上的其他人可能窃听',
  },
  'login.choosePassword': {
    en: 'The link works once. Choose a password in the portal to sign in again later.',
    'zh-CN': '该链接只能使用一次。请在门户中设置密码，以便再次登录。',
  },
  'trust.met': {
    en: '{server} is met for the first time, and no authority of this machine vouches for it.\n  fingerprint {fingerprint}\n  for         {names}\n  until       {until}\nThe server prints its fingerprint when it starts. Compare the two before you agree.',
    'zh-CN':
      '首次连接 {server}，本机信任的证书颁发机构均未为其担保。\n  指纹   {fingerprint}\n  适用于 {names}\n  有效至 {until}\n服务器启动时会输出其指纹，请在确认前核对两者是否一致。',
  },
  'trust.ask': { en: 'Trust {server} by this fingerprint from now on?', 'zh-CN': '今后按此指纹信任 {server}？' },
  'trust.pinned': {
    en: '{server} is known by {fingerprint} from now on',
    'zh-CN': '今后以 {fingerprint} 识别 {server}',
  },
  'trust.declined': { en: 'Nothing was sent to {server}', 'zh-CN': '未向 {server} 发送任何内容' },
  'trust.unknown': {
    en: 'Nothing was sent to {server}: no authority that is trusted here vouches for its certificate. Sign in from a terminal with pileus login {server}, which asks whether to trust it, or give --fingerprint (as the server prints it when it starts) or --certificate-authority FILE.',
    'zh-CN':
      '未向 {server} 发送任何内容：其证书未由此处信任的证书颁发机构签发。请在终端中执行 pileus login {server} 并确认是否信任，或使用 --fingerprint（服务器启动时输出）或 --certificate-authority 文件。',
  },
  'trust.changed': {
    en: 'Nothing was sent to {server}: its key is not the one that was agreed to. Somebody may have put themselves in between, or its operator has changed it. Ask the operator for the fingerprint that the server prints when it starts; only then: pileus login {server} --fingerprint SHA256:… (or --certificate-authority FILE|system).',
    'zh-CN':
      '未向 {server} 发送任何内容：其密钥与此前确认的不一致。可能有人在中间截听，也可能是管理员更换了密钥。请先向管理员索取服务器启动时输出的指纹，再执行：pileus login {server} --fingerprint SHA256:…（或 --certificate-authority 文件|system）。',
  },
  'trust.ended': {
    en: 'Nothing was sent to {server}: its certificate has ended. Its operator has to renew it.',
    'zh-CN': '未向 {server} 发送任何内容：其证书已过期，请联系管理员更新。',
  },
  'trust.early': {
    en: 'Nothing was sent to {server}: its certificate does not hold yet. Is the clock of this machine right?',
    'zh-CN': '未向 {server} 发送任何内容：其证书尚未生效。请检查本机时钟是否准确。',
  },
  'trust.otherName': {
    en: 'Nothing was sent to {server}: its certificate is for another name. Use the name it is for, or ask its operator.',
    'zh-CN': '未向 {server} 发送任何内容：其证书属于其他名称。请使用证书所载的名称，或联系管理员。',
  },
  'trust.other': {
    en: 'Nothing was sent to {server}: its certificate is not accepted ({detail})',
    'zh-CN': '未向 {server} 发送任何内容：其证书未被接受（{detail}）',
  },
  'trust.noTls': {
    en: '{server} is asked without TLS, so there is no certificate to check; begin its address with https://',
    'zh-CN': '{server} 未使用 TLS，没有可校验的证书；请使用以 https:// 开头的地址',
  },
  'trust.both': {
    en: 'Give one of --fingerprint and --certificate-authority',
    'zh-CN': '--fingerprint 与 --certificate-authority 只能给出一个',
  },
  'trust.badFingerprint': {
    en: '{given} is no fingerprint; it is SHA256: and 43 characters, as the server prints it when it starts',
    'zh-CN': '{given} 不是有效的指纹；应为 SHA256: 加 43 个字符，由服务器启动时输出',
  },
  'trust.noCertificate': {
    en: '{file} has no certificate in it; it begins with -----BEGIN CERTIFICATE-----',
    'zh-CN': '{file} 中没有证书；应以 -----BEGIN CERTIFICATE----- 开头',
  },
  'doctor.certificate': { en: 'certificate', 'zh-CN': '证书' },
  'doctor.certificateOk': { en: 'until {until} ({days} days)', 'zh-CN': '有效至 {until}（剩余 {days} 天）' },
  'doctor.certificateEnds': {
    en: 'ends on {until}, in {days} days; its operator has to renew it',
    'zh-CN': '将于 {until} 到期，剩余 {days} 天；请联系管理员更新',
  },
  'logout.done': { en: 'Signed out of {server}', 'zh-CN': '已退出 {server}' },
  'logout.nothing': { en: 'Nobody was signed in', 'zh-CN': '当前没有登录' },
  'context.now': { en: 'Commands now use {name} ({server})', 'zh-CN': '命令现在使用 {name}（{server}）' },

  'account.trying': { en: 'Trying {provider} …', 'zh-CN': '正在测试 {provider} …' },
  'account.tryFailed': {
    en: 'At least one service did not answer as it should; nothing was saved',
    'zh-CN': '至少有一项服务异常；未保存',
  },
  'account.saveAnyway': {
    en: 'At least one service did not answer as it should. Save anyway?',
    'zh-CN': '至少有一项服务异常。仍要保存吗？',
  },
  'account.added': { en: 'Added the cloud account {name}', 'zh-CN': '已添加云账户 {name}' },
  'account.updated': { en: 'Changed the cloud account {name}', 'zh-CN': '已修改云账户 {name}' },
  'account.deleted': { en: 'Removed the cloud account {name}', 'zh-CN': '已删除云账户 {name}' },
  'account.askDelete': { en: 'Remove the cloud account {name}?', 'zh-CN': '删除云账户 {name}？' },
  'account.healthy': { en: 'Every service answers', 'zh-CN': '所有服务正常' },
  'account.unhealthy': { en: '{count} service(s) do not answer as they should', 'zh-CN': '{count} 项服务异常' },

  'template.imported': { en: 'Imported {name} {version}', 'zh-CN': '已导入 {name} {version}' },
  'template.valid': { en: 'The template is valid', 'zh-CN': '模板有效' },
  'template.invalid': { en: 'The template has {count} error(s)', 'zh-CN': '模板有 {count} 个错误' },
  'template.notConvertible': {
    en: 'Not converted: {count} thing(s) stand in the way; nothing was written',
    'zh-CN': '未转换：有 {count} 处无法转换，未写入任何内容',
  },
  'template.convertsMore': {
    en: 'The template imports {count} more file(s), which need converting too; name a folder with --to to get them all',
    'zh-CN': '该模板还导入了 {count} 个文件，它们也需要转换；用 --to 指定文件夹即可全部写入',
  },
  'template.converted': { en: 'Wrote {path}', 'zh-CN': '已写入 {path}' },
  'template.deleted': { en: 'Removed the template {name}', 'zh-CN': '已删除应用模板 {name}' },
  'template.askDelete': {
    en: 'Remove the template {name} with all its versions?',
    'zh-CN': '删除应用模板 {name} 及其所有版本？',
  },
  'template.severity.error': { en: 'error', 'zh-CN': '错误' },
  'template.severity.warning': { en: 'warning', 'zh-CN': '警告' },

  'prices.none': {
    en: '{name} has no prices; set some with pileus account prices set',
    'zh-CN': '{name} 没有价目表；请使用 pileus account prices set 设置',
  },
  'prices.set': { en: 'Set the prices of {name}', 'zh-CN': '已设置 {name} 的价格' },
  'prices.currency': { en: 'Currency', 'zh-CN': '币种' },
  'prices.validFrom': { en: 'Holds since', 'zh-CN': '生效时间' },
  'prices.fromProvider': { en: 'always (comes with the provider)', 'zh-CN': '始终（云服务商自带）' },
  'prices.running': { en: 'In use now', 'zh-CN': '当前使用' },
  'prices.price': { en: 'PRICE', 'zh-CN': '单价' },
  'prices.stopped': { en: 'WHILE STOPPED', 'zh-CN': '停机时' },
  'prices.perHour': { en: '{amount} an hour', 'zh-CN': '{amount}/小时' },
  'prices.perMonth': { en: '{amount} a month', 'zh-CN': '{amount}/月' },
  'prices.perGigabyteMonth': { en: '{amount} a GB and month', 'zh-CN': '{amount}/GB/月' },
  'prices.bySize': {
    en: '{core} a core and {gigabyte} a GB of memory an hour',
    'zh-CN': '每核 {core}/小时 + 每 GB 内存 {gigabyte}/小时',
  },
  'prices.otherFlavors': { en: 'other flavors', 'zh-CN': '其他主机类型' },
  'prices.otherServers': { en: 'other servers', 'zh-CN': '其他云主机' },
  'prices.volume': { en: 'volume {type}', 'zh-CN': '云硬盘 {type}' },
  'prices.otherVolumes': { en: 'other volumes', 'zh-CN': '其他云硬盘' },
  'prices.address': { en: 'public address', 'zh-CN': '公网 IP' },
  'prices.router': { en: 'router', 'zh-CN': '路由器' },
  'prices.unpriced': { en: 'no price for {count} of {all}', 'zh-CN': '{all} 项中 {count} 项无价格' },

  'plan.noPrice': { en: 'no price', 'zh-CN': '无价格' },
  'plan.month': { en: 'a month', 'zh-CN': '每月' },
  'plan.hour': { en: 'an hour', 'zh-CN': '每小时' },
  'plan.create': {
    en: 'Plan: create {name} from {template} on {account}',
    'zh-CN': '计划：用 {template} 在 {account} 上创建 {name}',
  },
  'plan.delete': { en: 'Plan: delete {name} from {account}', 'zh-CN': '计划：从 {account} 删除 {name}' },
  'plan.more': {
    en: '… and {count} more steps; --steps lists them',
    'zh-CN': '… 另有 {count} 个步骤；--steps 可全部列出',
  },
  'plan.update': { en: 'Plan: change {name} on {account}', 'zh-CN': '计划：变更 {account} 上的 {name}' },
  'plan.scale': { en: 'Plan: scale {name} on {account}', 'zh-CN': '计划：伸缩 {account} 上的 {name}' },
  'plan.heal': { en: 'Plan: mend {name} on {account}', 'zh-CN': '计划：修复 {account} 上的 {name}' },
  'plan.rollback': { en: 'Plan: roll back {name} on {account}', 'zh-CN': '计划：回滚 {account} 上的 {name}' },
  'plan.workflow': {
    en: 'Plan: run a workflow of {name} on {account}',
    'zh-CN': '计划：执行 {account} 上 {name} 的工作流',
  },
  'plan.operation': {
    en: 'Plan: run an operation of {name} on {account}',
    'zh-CN': '计划：执行 {account} 上 {name} 的操作',
  },
  'plan.stop': { en: 'Plan: stop {name} on {account}', 'zh-CN': '计划：停止 {account} 上的 {name}' },
  'plan.start': { en: 'Plan: start {name} on {account}', 'zh-CN': '计划：启动 {account} 上的 {name}' },
  'plan.templateVersion': { en: 'template version', 'zh-CN': '模板版本' },
  'plan.none': { en: '(none)', 'zh-CN': '（无）' },
  'plan.secret': { en: '(a secret)', 'zh-CN': '（机密值）' },
  'plan.otherSecret': { en: '(another secret)', 'zh-CN': '（另一个机密值）' },
  'plan.knownAfter': { en: '(known after {keys})', 'zh-CN': '（待 {keys} 完成后确定）' },
  'plan.script': { en: 'script', 'zh-CN': '脚本' },
  'plan.nothing': {
    en: 'Nothing has been changed yet. Carry it out with: pileus deployment apply --plan {hash}',
    'zh-CN': '尚未做任何更改。执行该计划：pileus deployment apply --plan {hash}',
  },
  'plan.noChange': {
    en: 'Nothing to do: {name} is as it is meant to be',
    'zh-CN': '无需操作：{name} 已处于期望状态',
  },
  'plan.askChange': { en: 'Carry this out on {name}?', 'zh-CN': '对 {name} 执行该计划？' },
  'plan.askCreate': { en: 'Create {name}?', 'zh-CN': '创建 {name}？' },
  'plan.askDelete': { en: 'Delete {name} and everything listed above?', 'zh-CN': '删除 {name} 及以上所有内容？' },
  'plan.left': { en: 'Nothing was changed', 'zh-CN': '未做任何更改' },
  'deployment.started': {
    en: 'The run {run} is on its way; follow it with: pileus deployment watch {name}',
    'zh-CN': '执行 {run} 已开始；可用 pileus deployment watch {name} 跟踪',
  },

  'why.new': { en: 'new', 'zh-CN': '新建' },
  'why.unfinished': { en: 'was left unfinished', 'zh-CN': '上次未完成' },
  'why.changed': { en: 'changed', 'zh-CN': '有变更' },
  'why.broken': { en: 'broken', 'zh-CN': '已损坏' },
  'why.drifted': { en: 'changed by somebody else', 'zh-CN': '被他人修改' },
  'why.replaced': { en: 'what it belongs to is replaced', 'zh-CN': '所依赖的内容被替换' },
  'why.unwanted': { en: 'not wanted any more', 'zh-CN': '不再需要' },
  'why.asked': { en: 'asked for', 'zh-CN': '按要求' },
  'why.ifChanged': { en: 'only if its inputs change', 'zh-CN': '仅当输入有变化时' },

  'drift.gone': { en: 'gone', 'zh-CN': '已消失' },
  'drift.failed': { en: 'failed', 'zh-CN': '故障' },
  'drift.stopped': { en: 'stopped', 'zh-CN': '已停止' },
  'drift.changed': { en: 'changed', 'zh-CN': '已被修改' },
  'drift.none': {
    en: 'No drift: everything of {name} is as it was asked for ({at})',
    'zh-CN': '没有漂移：{name} 的一切均与要求一致（{at}）',
  },
  'drift.next': {
    en: 'Put it right: pileus deployment heal {name}\nTake a change as it is: pileus deployment drift {name} --accept RESOURCE',
    'zh-CN': '恢复：pileus deployment heal {name}\n接受被修改的现状：pileus deployment drift {name} --accept RESOURCE',
  },
  'drift.accepted': { en: 'Taken as it is: {resources}', 'zh-CN': '已接受现状：{resources}' },
  'history.reached': { en: '* last reached', 'zh-CN': '* 最近一次达到的状态' },

  'watch.succeeded': {
    en: '{title}: done, {steps} steps in {took}',
    'zh-CN': '{title}：完成，{steps} 个步骤，用时 {took}',
  },
  'watch.failed': { en: '{title}: failed after {took}: {reason}', 'zh-CN': '{title}：{took} 后失败：{reason}' },
  'watch.cancelled': { en: '{title}: cancelled after {took}', 'zh-CN': '{title}：{took} 后取消' },
  'watch.next': {
    en: 'Go on from here with: pileus run resume {run} — or look at: pileus deployment logs {deployment}',
    'zh-CN': '可继续执行：pileus run resume {run}；或查看日志：pileus deployment logs {deployment}',
  },
  'watch.timeout': {
    en: 'It took longer than {limit}; the run goes on: pileus run watch {run}',
    'zh-CN': '等待超过 {limit}；执行仍在继续：pileus run watch {run}',
  },
  'watch.left': { en: 'The run goes on: pileus run watch {run}', 'zh-CN': '执行仍在继续：pileus run watch {run}' },
  'watch.moreSteps': { en: '… and {count} more', 'zh-CN': '… 另有 {count} 个' },
  'watch.queued': { en: 'waiting for a worker', 'zh-CN': '等待执行者' },
  'watch.retry': { en: 'attempt {attempt}', 'zh-CN': '第 {attempt} 次尝试' },

  'run.paused': {
    en: 'The run {run} is paused; go on with: pileus run resume {run}',
    'zh-CN': '执行 {run} 已暂停；继续执行：pileus run resume {run}',
  },
  'run.retried': { en: 'The run {run} tries {nodes} again', 'zh-CN': '执行 {run} 正在重试 {nodes}' },
  'run.resumed': { en: 'The run {run} goes on', 'zh-CN': '执行 {run} 已继续' },
  'run.cancelled': { en: 'The run {run} is being stopped', 'zh-CN': '正在停止执行 {run}' },
  'run.undoing': {
    en: 'The run {run} is being stopped; {undoing} puts back what it has changed',
    'zh-CN': '正在停止执行 {run}；{undoing} 将恢复其所做的更改',
  },
  'run.askUndo': {
    en: 'Stop the run {run} and put back what it has changed?',
    'zh-CN': '停止执行 {run} 并恢复其所做的更改？',
  },
  'run.askCancel': {
    en: 'Stop the run {run}? What it has made stays.',
    'zh-CN': '停止执行 {run}？已创建的内容会保留。',
  },

  'deployment.noWorkflows': {
    en: 'The template of {name} has no workflows to run',
    'zh-CN': '{name} 的模板没有可执行的工作流',
  },
  'deployment.noOperations': {
    en: 'Nothing can be run on {node} of {name}',
    'zh-CN': '{name} 的 {node} 没有可执行的操作',
  },
  'finding.is.adopted': { en: 'taken in', 'zh-CN': '已接管' },
  'finding.is.orphan': { en: 'deleted, still there', 'zh-CN': '已删除但仍存在' },
  'finding.is.double': { en: 'made a second time', 'zh-CN': '重复创建' },
  'finding.is.unknown': { en: 'nobody knows it', 'zh-CN': '来历不明' },
  'finding.open': { en: 'to be decided', 'zh-CN': '待处理' },
  'finding.gone': { en: 'not there any more', 'zh-CN': '云端已不存在' },
  'finding.deletedAgain': { en: 'deleted again {at}', 'zh-CN': '{at} 已重新删除' },
  'finding.deletedBy': { en: 'deleted {at} by {by}', 'zh-CN': '{by} 于 {at} 删除' },
  'finding.ignoredBy': { en: 'ignored by {by} {note}', 'zh-CN': '{by} 已忽略 {note}' },
  'finding.none': { en: 'Sweeps of {name} have found nothing', 'zh-CN': '{name} 的巡检没有任何发现' },
  'finding.noneOpen': {
    en: 'Nothing on {name} needs a decision; --all shows what was taken in, deleted again or ignored',
    'zh-CN': '{name} 上没有需要处理的资源；--all 可显示已接管、已重新删除和已忽略的',
  },
  'finding.next': {
    en: 'Look at one: pileus finding get ID — then: pileus finding delete ID, or: pileus finding ignore ID --note TEXT',
    'zh-CN': '查看：pileus finding get ID；然后：pileus finding delete ID，或：pileus finding ignore ID --note 说明',
  },
  'finding.swept': {
    en: 'Taken in: {adopted}. Deleted again: {removed}. To be decided: {reported}.',
    'zh-CN': '接管：{adopted}。重新删除：{removed}。待处理：{reported}。',
  },
  'finding.look': {
    en: 'See them with: pileus account findings {name}',
    'zh-CN': '查看：pileus account findings {name}',
  },
  'finding.ignored': { en: '{name} is left alone from now on', 'zh-CN': '已忽略 {name}' },
  'finding.heeded': { en: '{name} is looked at again', 'zh-CN': '已取消忽略 {name}' },
  'finding.askDelete': {
    en: 'Delete the {kind} {name} at the cloud? Nobody can bring it back.',
    'zh-CN': '从云端删除{kind} {name}？此操作无法撤销。',
  },
  'instance.started': {
    en: 'The run {run} is on its way; follow it with: pileus run watch {run}',
    'zh-CN': '执行 {run} 已开始；可用 pileus run watch {run} 跟踪',
  },

  'ask.confirm.yes': { en: 'Yes', 'zh-CN': '是' },
  'ask.confirm.no': { en: 'No', 'zh-CN': '否' },
  'ask.required': { en: 'This is needed', 'zh-CN': '必填' },
  'ask.cancelled': { en: 'Left without doing anything', 'zh-CN': '已取消，未做任何操作' },

  'doctor.node': { en: 'Node.js', 'zh-CN': 'Node.js' },
  'doctor.contexts': { en: 'saved sign-ins', 'zh-CN': '已保存的登录' },
  'doctor.server': { en: 'server', 'zh-CN': '服务器' },
  'doctor.signIn': { en: 'sign-in', 'zh-CN': '登录' },
  'doctor.accounts': { en: 'cloud accounts', 'zh-CN': '云账户' },
  'doctor.nodeOld': {
    en: 'Node.js {version} is too old; run it by npm run pileus, which brings its own',
    'zh-CN': 'Node.js {version} 过旧；请用 npm run pileus 运行，它自带合适的版本',
  },
  'doctor.openMode': {
    en: '{file} can be read by others; run: chmod 600 {file}',
    'zh-CN': '{file} 可被其他用户读取；请运行：chmod 600 {file}',
  },
  'doctor.noContexts': { en: 'none saved', 'zh-CN': '没有保存的登录' },
  'doctor.serverOk': {
    en: '{server}, version {version}, {milliseconds} ms',
    'zh-CN': '{server}，版本 {version}，{milliseconds} 毫秒',
  },
  'doctor.signedIn': { en: '{name}, {count} permissions', 'zh-CN': '{name}，{count} 项权限' },
  'doctor.accountsOk': { en: '{count} account(s), none failing', 'zh-CN': '{count} 个云账户，无异常' },
  'doctor.accountsFailing': { en: 'failing: {names}', 'zh-CN': '异常：{names}' },
  'doctor.allWell': { en: 'All is well', 'zh-CN': '一切正常' },
  'doctor.somethingWrong': { en: '{count} thing(s) need attention', 'zh-CN': '{count} 项需要处理' },
} as const;
