import { fill, type Language, type Text } from './language.ts';
import { kindNames } from './step-name.ts';

/**
 * What of ours stands in the details of failures: why something is refused, what a thing is called. The code is stable; a
 * cloud's own words are none of these and stay as they were said.
 */
export const reasons = {
  'the-plan': { en: 'The plan', 'zh-CN': '计划' },
  'the-inputs': { en: 'The inputs', 'zh-CN': '输入' },
  'the-template': { en: 'The template', 'zh-CN': '模板' },
  'the-account': { en: 'The account', 'zh-CN': '云账户' },
  'the-secret': { en: 'The secret {name}', 'zh-CN': '机密 {name}' },
  'the-workflow': { en: 'The workflow {name}', 'zh-CN': '工作流 {name}' },
  'this-cloud': { en: 'This cloud', 'zh-CN': '该云' },

  'at-work': {
    en: 'something is being done with it; wait for that, or cancel it',
    'zh-CN': '正在执行其他操作；请等待其结束或取消它',
  },
  'changed-by-run': {
    en: 'its deployment is being changed by {run}; wait for it or cancel it',
    'zh-CN': '{run} 正在变更其应用实例；请等待其结束或取消它',
  },
  'webhook-disabled': { en: 'it is disabled; enable it first', 'zh-CN': '已停用，请先启用' },
  'deleted-already': { en: 'it is deleted already', 'zh-CN': '已被删除' },
  'deletion-begun': {
    en: 'its deletion has begun; it can only be gone on with',
    'zh-CN': '已开始删除，只能继续删除',
  },
  'no-earlier-state': {
    en: 'there is no earlier state that it was ever in; delete it instead',
    'zh-CN': '没有曾经达到过的更早状态；可以将其删除',
  },
  'run-ended': { en: 'it has ended; plan a rollback instead', 'zh-CN': '已结束；请改为制定回滚计划' },
  'deletion-stays': {
    en: 'what a deletion has removed cannot be put back',
    'zh-CN': '删除操作已删除的内容无法恢复',
  },
  'later-run': {
    en: 'a later run has changed it since; this one cannot go on',
    'zh-CN': '之后的执行已变更了它；此执行无法继续',
  },
  'nothing-left': { en: 'nothing of that is left to do', 'zh-CN': '没有剩余的步骤' },
  'run-for-nodes': {
    en: '{run} cannot be resumed for {nodes}',
    'zh-CN': '{run} 无法只对 {nodes} 继续执行',
  },
  'cannot-pause': { en: '{title} ({run}) cannot be paused', 'zh-CN': '{title}（{run}）无法暂停' },
  'cannot-cancel': { en: '{title} ({run}) cannot be cancelled', 'zh-CN': '{title}（{run}）无法取消' },
  'cannot-resume': { en: '{title} ({run}) cannot be resumed', 'zh-CN': '{title}（{run}）无法继续执行' },
  'initiator-gone': {
    en: '{who}, who answers for it, is disabled or gone. Whoever may do it themselves ({needs}) can resume it, and answers for it then',
    'zh-CN': '负责此执行的 {who} 已被停用或删除。具备相应权限（{needs}）的用户可以恢复执行，并由其负责',
  },
  'initiator-key-gone': {
    en: 'the key with which {who}, who answers for it, began it was revoked. Whoever may do it themselves ({needs}) can resume it, and answers for it then',
    'zh-CN': '{who} 发起此执行时使用的密钥已被吊销。具备相应权限（{needs}）的用户可以恢复执行，并由其负责',
  },
  'initiator-not-allowed': {
    en: '{who}, who answers for it, may not do it any more ({lacks}). Whoever may do it themselves ({needs}) can resume it, and answers for it then',
    'zh-CN': '负责此执行的 {who} 已没有权限（{lacks}）。具备相应权限（{needs}）的用户可以恢复执行，并由其负责',
  },
  'mending-waits-for-cloud': {
    en: 'so much of its cloud account fails at once that it must be the cloud; mending waits until that is over',
    'zh-CN': '该云账户同时有大量故障，很可能是云本身的问题；恢复后再修复',
  },
  'too-many-tags': { en: 'there are at most {most} tags', 'zh-CN': '标签最多 {most} 个' },
  'in-state': { en: 'it is {state}', 'zh-CN': '当前状态为{state}' },

  'plan-not-seen': { en: 'it is not the one that was seen; plan again', 'zh-CN': '与查看过的计划不同；请重新制定计划' },
  'plan-used': { en: 'it was carried out before', 'zh-CN': '已执行过' },
  'plan-old': { en: 'it has expired; plan again', 'zh-CN': '已过期；请重新制定计划' },
  'plan-outdated': {
    en: 'something has been done with the deployment since; plan again',
    'zh-CN': '此后应用实例已发生变化；请重新制定计划',
  },
  'selected-going': {
    en: '{name}, which it uses, is being deleted; plan again',
    'zh-CN': '它所使用的 {name} 正在被删除；请重新制定计划',
  },
  'used-by-others': {
    en: 'it is used by {users}; change or delete what uses it first',
    'zh-CN': '正被 {users} 使用；请先变更或删除使用者',
  },
  'used-by-deployments': {
    en: '{count} deployment(s) use it; delete them first',
    'zh-CN': '有 {count} 个应用实例在使用它；请先删除它们',
  },
  'no-drift': {
    en: 'it is as it was asked for; look again at what has changed',
    'zh-CN': '它与要求一致；请重新查看变化',
  },
  'other-at-cloud': {
    en: 'it is another one at the cloud now; look at it again',
    'zh-CN': '云上现在是另一个资源；请重新查看',
  },
  'belongs-to-deployment': {
    en: 'it belongs to a deployment; change or delete that',
    'zh-CN': '它属于某个应用实例；请变更或删除该应用实例',
  },
  'comes-with-product': { en: 'it comes with the product', 'zh-CN': '它随产品提供' },
  'name-of-preset': {
    en: 'this name belongs to a template that comes with the product; choose another',
    'zh-CN': '该名称属于随产品提供的模板；请另选名称',
  },
  'version-differs': {
    en: 'this version is there with other files; raise template_version',
    'zh-CN': '该版本已存在但文件不同；请提高 template_version',
  },

  'secret-used': {
    en: 'cloud accounts or deployments use it; give them another one, or a value of their own, first',
    'zh-CN': '有云账户或应用实例正在使用它；请先改用其他机密或直接填写',
  },
  'newest-version': {
    en: 'its newest version is {number} already',
    'zh-CN': '最新版本已经是 {number}',
  },
  'version-forgotten': {
    en: 'the value of version {number} is not kept any more; give it as a new value',
    'zh-CN': '版本 {number} 的内容已不再保存；请作为新内容填写',
  },
  'other-kind': {
    en: 'it is of the kind {kind}, and its versions are too; keep another secret instead',
    'zh-CN': '它的类型是 {kind}，各版本类型必须相同；请另建一个机密',
  },
  'no-secret-setting': {
    en: '{setting} is no secret setting of {provider}; there are {known}',
    'zh-CN': '{setting} 不是 {provider} 的机密设置项；可用的有 {known}',
  },
  'no-secret-input': {
    en: '{input} is no secret input of the template; there are {known}',
    'zh-CN': '{input} 不是模板的机密输入；可用的有 {known}',
  },
  'input-twice': {
    en: '{input} is given a value and a secret; give one of them',
    'zh-CN': '{input} 同时给出了值和机密；请只给其中一个',
  },
  'no-private-key': {
    en: 'this is no private key of SSH, in the form of OpenSSH or PEM',
    'zh-CN': '这不是 OpenSSH 或 PEM 格式的 SSH 私钥',
  },
  'key-locked': {
    en: 'the key asks for a passphrase; keep it without one (ssh-keygen -p)',
    'zh-CN': '该私钥带有口令；请先去除口令（ssh-keygen -p）再保存',
  },
  'sealed-otherwise': {
    en: 'what is kept of it was sealed for another place, or was changed since; enter it again',
    'zh-CN': '所保存的内容是为其他位置加密的，或已被改动；请重新输入',
  },

  'input-missing': { en: '{name} is required', 'zh-CN': '必须填写 {name}' },
  'input-unknown': { en: 'The template has no input {name}', 'zh-CN': '模板没有输入 {name}' },
  'input-type': { en: '{name} is a {type}', 'zh-CN': '{name} 的类型应为 {type}' },
  'input-constraint': { en: '{name} must fit {constraint}', 'zh-CN': '{name} 应满足 {constraint}' },
  'a-secret': { en: 'A secret', 'zh-CN': '机密值' },
  'secret-gone': { en: 'it is not kept any more; give it again', 'zh-CN': '它已不再保存；请重新填写' },
  'policy-secret': {
    en: 'the policy {name} reads a secret; policies are kept and shown as they are',
    'zh-CN': '策略 {name} 读取了机密值；策略会按原样保存和显示',
  },
  'several-problems': { en: '{count} values do not fit', 'zh-CN': '有 {count} 个值不正确' },

  'do-any-more': { en: 'do this with its new settings', 'zh-CN': '在新设置下执行此操作' },
  'make-kind': { en: 'make a {kind}', 'zh-CN': '创建{kind}' },
  'change-kind': { en: 'change a {kind}', 'zh-CN': '变更{kind}' },
  'read-kind': { en: 'read a {kind}', 'zh-CN': '读取{kind}' },
  'list-kind': { en: 'list {kind}s', 'zh-CN': '列出{kind}' },
  'delete-kind': { en: 'delete a {kind}', 'zh-CN': '删除{kind}' },
  'run-scripts': { en: 'run scripts on its servers', 'zh-CN': '在其主机上执行脚本' },
  'do-start': { en: 'start this', 'zh-CN': '启动它' },
  'do-stop': { en: 'stop this', 'zh-CN': '停止它' },
  'do-reboot': { en: 'reboot this', 'zh-CN': '重启它' },
  'run-template': {
    en: 'run {name}, which is made for {providers}',
    'zh-CN': '运行 {name}，它适用于 {providers}',
  },
  'run-variant': {
    en: 'run the variant {name}, which is made for {providers}',
    'zh-CN': '运行变体 {name}，它适用于 {providers}',
  },
  'run-without': {
    en: 'run {script}: {program} is not installed there',
    'zh-CN': '运行 {script}：没有安装 {program}',
  },

  'no-versions': {
    en: 'what is changed here has no versions; send it without this header',
    'zh-CN': '此处修改的对象没有版本，请去掉该请求头',
  },
  'try-call': {
    en: 'show what would come of this call; send it without dryRun',
    'zh-CN': '试运行此调用，请去掉 dryRun',
  },
  'no-implementation': { en: 'it has no implementation', 'zh-CN': '没有实现' },
  'no-file': { en: 'the template has no file {file}', 'zh-CN': '模板中没有文件 {file}' },
  'attribute-unset': {
    en: 'it needs an attribute of {nodes} that has not been set',
    'zh-CN': '它需要 {nodes} 的属性，但该属性尚未设置',
  },
  precondition: { en: 'its precondition does not hold: {condition}', 'zh-CN': '前提条件不满足：{condition}' },
  'precondition-for': {
    en: 'its precondition for {node} does not hold: {condition}',
    'zh-CN': '{node} 的前提条件不满足：{condition}',
  },
  'made-twice': { en: 'the workflow makes {node} twice', 'zh-CN': '该工作流重复创建 {node}' },
  'endless-substitution': {
    en: 'templates stand in for each other without end: {nodes}',
    'zh-CN': '模板相互替代，没有尽头：{nodes}',
  },
  'not-implemented': {
    en: 'nothing implements {operation}; there is {known}',
    'zh-CN': '{operation} 没有实现；可用的有 {known}',
  },
  'no-operation-input': { en: 'The operation has no input {input}', 'zh-CN': '该操作没有输入 {input}' },
  'no-workflow': {
    en: 'There is no workflow {name}; there are {known}',
    'zh-CN': '没有工作流 {name}；可用的有 {known}',
  },
  'no-workflow-input': {
    en: 'The workflow {name} has no input {input}',
    'zh-CN': '工作流 {name} 没有输入 {input}',
  },
  'workflow-input-missing': {
    en: 'The workflow {name} needs the input {input}',
    'zh-CN': '工作流 {name} 缺少输入 {input}',
  },
  'workflow-inline-itself': {
    en: 'The workflow {name} is inline in itself',
    'zh-CN': '工作流 {name} 内联了自身',
  },
  'workflow-implementation': {
    en: 'The workflow {name} has an implementation; give it steps',
    'zh-CN': '工作流 {name} 使用了 implementation；请改用步骤',
  },
  'workflow-target': {
    en: 'There is nothing of {target}, which the workflow {name} acts on',
    'zh-CN': '工作流 {name} 的目标 {target} 不存在',
  },
  'workflow-steps-wait': {
    en: 'Steps of {name} wait for each other: {steps}',
    'zh-CN': '{name} 的步骤相互等待：{steps}',
  },
  'workflow-filtered-inline': {
    en: 'The workflow {name} is inline behind a filter of several instances: filter its own steps',
    'zh-CN': '工作流 {name} 内联在针对多个实例的过滤条件之后：请在其自身的步骤上过滤',
  },
  'no-such-state': {
    en: '{state} is no state that a node can be in; there are {known}',
    'zh-CN': '节点没有 {state} 这样的状态；可用的有 {known}',
  },
  'cannot-delegate': {
    en: '{name} of {node} cannot be left to Pileus here; deploy, start and stop can',
    'zh-CN': '{node} 的 {name} 在此不能交由 Pileus 完成；deploy、start 和 stop 可以',
  },
  'node-no-operation': { en: '{node} has no operation {operation}', 'zh-CN': '{node} 没有操作 {operation}' },
  'nowhere-to-run': {
    en: '{operation} of {node} has nowhere to run: host the node on a tosca.nodes.Compute',
    'zh-CN': '{node} 的 {operation} 没有可运行的主机：请将该节点托管在 tosca.nodes.Compute 上',
  },
  'script-nowhere': {
    en: 'The script for {operation} has nowhere to run: host the node on a tosca.nodes.Compute',
    'zh-CN': '{operation} 的脚本没有可运行的主机：请将该节点托管在 tosca.nodes.Compute 上',
  },
  'script-nowhere-said': {
    en: 'The script for {operation} has nowhere to run ({said}): host the node on a tosca.nodes.Compute',
    'zh-CN': '{operation} 的脚本没有可运行的主机（{said}）：请将该节点托管在 tosca.nodes.Compute 上',
  },
  'script-orchestrator': {
    en: 'The script for {operation} wants to run in the orchestrator, which runs nobody’s scripts: give it another operation_host',
    'zh-CN': '{operation} 的脚本要求在编排器中运行，而编排器不运行任何脚本：请指定其他 operation_host',
  },
  'count-least': {
    en: 'There can be at least {min} of {node}, not {wanted}',
    'zh-CN': '{node} 至少为 {min} 个，不能是 {wanted}',
  },
  'count-range': {
    en: 'There can be at least {min} and at most {max} of {node}, not {wanted}',
    'zh-CN': '{node} 应为 {min} 至 {max} 个，不能是 {wanted}',
  },
  'count-whole': {
    en: 'The count of {node} is a whole number, known before it is deployed',
    'zh-CN': '{node} 的数量应为部署前已知的整数',
  },
  'not-counted': {
    en: '{node} is not made to be counted; it can be scaled at {known}',
    'zh-CN': '{node} 不支持多个；可伸缩的有 {known}',
  },
  'not-counted-none': {
    en: '{node} is not made to be counted; nothing in it can be scaled',
    'zh-CN': '{node} 不支持多个；模板中没有可伸缩的节点',
  },
  'no-node-counted': {
    en: '{node} is no node of the template; it can be scaled at {known}',
    'zh-CN': '模板中没有节点 {node}；可伸缩的有 {known}',
  },
  'no-node-counted-none': {
    en: '{node} is no node of the template; nothing in it can be scaled',
    'zh-CN': '模板中没有节点 {node}；模板中没有可伸缩的节点',
  },
  'nodes-wait': {
    en: 'These nodes wait for each other, so none can be first: {nodes}',
    'zh-CN': '这些节点相互等待，没有一个能先开始：{nodes}',
  },
  'values-wait': {
    en: 'Values of these nodes wait for each other: {nodes}',
    'zh-CN': '这些节点的值相互等待：{nodes}',
  },
  'to-be-selected': {
    en: 'It is to be selected from what there is, which is not known here: plan it with an account',
    'zh-CN': '需要从现有资源中选择，而此处不知道有哪些：请指定云账户制定计划',
  },
  'requirement-open': {
    en: 'The requirement {name} leads to no node: name the node that fulfils it',
    'zh-CN': '需求 {name} 没有指向任何节点：请指定满足它的节点',
  },
  'value-never-set': {
    en: 'A value of {step} depends on something that no step will ever set',
    'zh-CN': '{step} 的某个值依赖于任何步骤都不会设置的内容',
  },
  'volume-smaller': {
    en: 'A volume cannot be made smaller: {name} has {from} GB, and {to} GB are asked for. Ask for as much as it has, or more',
    'zh-CN': '云硬盘不能缩小：{name} 现为 {from} GB，要求 {to} GB。请要求不小于现有的大小',
  },

  'over-servers': {
    en: '{kind} {name}: {used} of {limit} servers are used, and this takes {asked} more',
    'zh-CN': '{kind} {name}：主机配额为 {limit}，已用 {used}，还需 {asked}',
  },
  'over-cores': {
    en: '{kind} {name}: {used} of {limit} cores are used, and this takes {asked} more',
    'zh-CN': '{kind} {name}：CPU 核数配额为 {limit}，已用 {used}，还需 {asked}',
  },
  'over-megabytes': {
    en: '{kind} {name}: {used} of {limit} MiB of memory are used, and this takes {asked} more',
    'zh-CN': '{kind} {name}：内存（MiB）配额为 {limit}，已用 {used}，还需 {asked}',
  },
  'over-volumes': {
    en: '{kind} {name}: {used} of {limit} volumes are used, and this takes {asked} more',
    'zh-CN': '{kind} {name}：云硬盘配额为 {limit}，已用 {used}，还需 {asked}',
  },
  'over-gigabytes': {
    en: '{kind} {name}: {used} of {limit} GiB of volumes are used, and this takes {asked} more',
    'zh-CN': '{kind} {name}：云硬盘容量（GiB）配额为 {limit}，已用 {used}，还需 {asked}',
  },
  'over-addresses': {
    en: '{kind} {name}: {used} of {limit} public addresses are used, and this takes {asked} more',
    'zh-CN': '{kind} {name}：公网地址配额为 {limit}，已用 {used}，还需 {asked}',
  },
  'over-deployments': {
    en: '{kind} {name}: {used} of {limit} deployments are used, and this takes {asked} more',
    'zh-CN': '{kind} {name}：应用实例配额为 {limit}，已用 {used}，还需 {asked}',
  },
  'unknown-servers': {
    en: '{kind} {name} has a limit of {limit} servers, and how many this takes cannot be told before it is carried out',
    'zh-CN': '{kind} {name} 的主机配额为 {limit}，而此计划所需的数量在执行前无法得知',
  },
  'unknown-cores': {
    en: '{kind} {name} has a limit of {limit} cores, and how many this takes cannot be told before it is carried out',
    'zh-CN': '{kind} {name} 的CPU 核数配额为 {limit}，而此计划所需的数量在执行前无法得知',
  },
  'unknown-megabytes': {
    en: '{kind} {name} has a limit of {limit} MiB of memory, and how many this takes cannot be told before it is carried out',
    'zh-CN': '{kind} {name} 的内存（MiB）配额为 {limit}，而此计划所需的数量在执行前无法得知',
  },
  'unknown-volumes': {
    en: '{kind} {name} has a limit of {limit} volumes, and how many this takes cannot be told before it is carried out',
    'zh-CN': '{kind} {name} 的云硬盘配额为 {limit}，而此计划所需的数量在执行前无法得知',
  },
  'unknown-gigabytes': {
    en: '{kind} {name} has a limit of {limit} GiB of volumes, and how many this takes cannot be told before it is carried out',
    'zh-CN': '{kind} {name} 的云硬盘容量（GiB）配额为 {limit}，而此计划所需的数量在执行前无法得知',
  },
  'unknown-addresses': {
    en: '{kind} {name} has a limit of {limit} public addresses, and how many this takes cannot be told before it is carried out',
    'zh-CN': '{kind} {name} 的公网地址配额为 {limit}，而此计划所需的数量在执行前无法得知',
  },
  'unknown-deployments': {
    en: '{kind} {name} has a limit of {limit} deployments, and how many this takes cannot be told before it is carried out',
    'zh-CN': '{kind} {name} 的应用实例配额为 {limit}，而此计划所需的数量在执行前无法得知',
  },
  'over-money': {
    en: '{kind} {name}: {used} of {limit} {currency} a month are used, and this takes {asked} more',
    'zh-CN': '{kind} {name}：每月费用配额为 {limit} {currency}，已用 {used}，还需 {asked}',
  },
  'over-currency': {
    en: '{kind} {name} has a limit in {currency}, and the prices of this account are in {other}',
    'zh-CN': '{kind} {name} 的费用配额以 {currency} 计，而该云账户的价格以 {other} 计',
  },
  'several-over': { en: '{count} limits are exceeded', 'zh-CN': '超出 {count} 项配额' },
  'in-the-past': { en: 'it is in the past', 'zh-CN': '时间已过' },
  'passkey-host': {
    en: 'passkeys need a host name: open localhost, or set PILEUS_ORIGIN',
    'zh-CN': '通行密钥需要主机名：请通过 localhost 访问，或设置 PILEUS_ORIGIN',
  },
  'passkey-no-address': {
    en: 'passkeys need a host name instead of the IP address in PILEUS_ORIGIN ({origin})',
    'zh-CN': '通行密钥需要主机名，而 PILEUS_ORIGIN（{origin}）是 IP 地址',
  },
  'passkey-https': {
    en: 'passkeys need https in PILEUS_ORIGIN ({origin})',
    'zh-CN': '通行密钥要求 PILEUS_ORIGIN（{origin}）使用 https',
  },
  'passkey-known': { en: 'it is registered already', 'zh-CN': '已登记过' },
  'passkey-unknown': { en: 'it is not known here', 'zh-CN': '此处没有登记该通行密钥' },
  'passkey-copied': { en: 'a copy of it is about', 'zh-CN': '检测到它的副本' },
  'passkey-of-other': { en: 'it is of somebody else', 'zh-CN': '它属于其他用户' },
  'passkey-other': { en: 'it is another passkey', 'zh-CN': '不是同一个通行密钥' },
  'passkey-signature': { en: 'the signature is not right', 'zh-CN': '签名不正确' },
  'passkey-garbled': { en: 'it is not what a browser sends', 'zh-CN': '不是浏览器发送的内容' },
  'second-factor-required': {
    en: 'the organization requires a second factor; set up another one first',
    'zh-CN': '租户要求使用双因素；请先设置另一种',
  },
  'second-factor-yourself': {
    en: 'sign in with a second factor yourself before everybody must',
    'zh-CN': '在要求所有人之前，请先自己用双因素登录',
  },
  'nothing-to-recover': { en: 'there is no second factor to recover', 'zh-CN': '没有需要恢复的第二因素' },
  'app-there': {
    en: 'an app is set up already; remove it to set up another',
    'zh-CN': '已设置验证器应用；如需更换请先移除',
  },
  'user-disabled': { en: 'it is disabled; enable it first', 'zh-CN': '该用户已停用，请先启用' },
  'signs-in-elsewhere': { en: 'it signs in by {method}', 'zh-CN': '该用户通过 {method} 登录' },
  'password-elsewhere': {
    en: 'the password is kept by {method}; change it there',
    'zh-CN': '密码由 {method} 管理；请在那里修改',
  },
  'nobody-by-identity': { en: 'nobody here is known by this identity', 'zh-CN': '此处没有对应该身份的用户' },
  'no-id-token': { en: 'no ID token', 'zh-CN': '没有 ID 令牌' },
  'issuer-not-https': {
    en: 'the issuer {issuer} is not an https:// URL',
    'zh-CN': '签发者 {issuer} 不是 https:// 地址',
  },
  'not-ldap': { en: '{url} is not an ldap:// or ldaps:// URL', 'zh-CN': '{url} 不是 ldap:// 或 ldaps:// 地址' },
  'secret-anew': {
    en: 'another address is not sent the secret of the old one; enter it again',
    'zh-CN': '不会把原地址的密钥发送到新地址；请重新输入',
  },
  'no-directory': {
    en: 'an identity provider does not tell who is there',
    'zh-CN': '身份提供方不提供人员名单',
  },
  'directory-shrunk': {
    en: '{gone} of {present} people are not there any more; check the settings, or say that it is meant',
    'zh-CN': '目录中原有 {present} 人，现少了 {gone} 人；请检查设置，或确认这是预期的',
  },
  'last-administrator': {
    en: 'nobody would have it any more; give it to somebody else first',
    'zh-CN': '将不再有人拥有它；请先授予其他人',
  },
  'default-project': {
    en: 'things go there whose project nobody names',
    'zh-CN': '未指定项目的内容都归入该项目',
  },
  'holds-deployments': {
    en: '{count} deployment(s) are in it; delete them first',
    'zh-CN': '其中有 {count} 个应用实例；请先删除它们',
  },
  'policy-attached': { en: 'it is attached to {count}; detach it first', 'zh-CN': '已附加到 {count} 个对象；请先分离' },
  'policy-built-in': { en: 'it comes with the product', 'zh-CN': '它是系统内置的' },

  'host-stopped': { en: 'the host is stopped', 'zh-CN': '主机已停止' },
  'leads-out': { en: 'it leads out of {directory}', 'zh-CN': '路径超出了 {directory}' },
  'no-loopback': { en: 'no loopback address is free', 'zh-CN': '没有空闲的本机回环地址' },
  'no-networks-here': {
    en: 'hosts of this machine have no networks, ports or security groups; leave out {asked}',
    'zh-CN': '本机的主机没有网络、端口和安全组；请去掉 {asked}',
  },
  'no-networks-hosts': {
    en: 'plain hosts have no networks, ports, security groups, key pairs or user data; leave out {asked}',
    'zh-CN': '普通主机没有网络、端口、安全组、密钥对和用户数据；请去掉 {asked}',
  },
  'not-started': { en: '{name} was not started', 'zh-CN': '{name} 未能启动' },
  'processes-stay': { en: 'these processes cannot be ended: {pids}', 'zh-CN': '无法结束这些进程：{pids}' },
  'attached-to': {
    en: 'the volume {volume} is attached to {server} already',
    'zh-CN': '云硬盘 {volume} 已挂载到 {server}',
  },
  'detach-first': {
    en: 'the volume {volume} is attached to {server}; detach it first',
    'zh-CN': '云硬盘 {volume} 已挂载到 {server}；请先卸载',
  },
  'file-unreadable': {
    en: '{path} cannot be read; restore it or remove it',
    'zh-CN': '无法读取 {path}；请恢复或删除它',
  },
  'connection-lost': { en: 'the connection was lost', 'zh-CN': '连接中断' },
  'account-closed': { en: 'the account was closed', 'zh-CN': '云账户已关闭' },
  'sudo-password': {
    en: 'sudo does not let {user} become root without a password; allow it in /etc/sudoers ({user} ALL=(ALL) NOPASSWD: ALL), or give the password',
    'zh-CN': 'sudo 不允许 {user} 免密成为 root；请在 /etc/sudoers 中允许（{user} ALL=(ALL) NOPASSWD: ALL），或提供密码',
  },
  'sudo-refused': {
    en: 'sudo does not let {user} become root with this password',
    'zh-CN': 'sudo 不允许 {user} 用此密码成为 root',
  },
  'no-script-there': { en: 'no script can be run there: {said}', 'zh-CN': '无法在该主机上运行脚本：“{said}”' },
  'exit-code': { en: 'its sh ended with exit code {code}', 'zh-CN': '其 sh 以退出码 {code} 结束' },
  'host-rebooted': { en: '{host} was rebooted', 'zh-CN': '{host} 被重启' },
  'process-killed': { en: 'its process on {host} was killed', 'zh-CN': '其在 {host} 上的进程被终止' },
  'cannot-write': {
    en: '{user} cannot write to {path}; choose another directory in the account, or sudo',
    'zh-CN': '{user} 无法写入 {path}；请在云账户中选择其他目录或使用 sudo',
  },

  'region-down': { en: 'the region is down (simulated)', 'zh-CN': '该区域已停止服务（模拟）' },
  'too-many-calls': { en: 'more than {limit} calls a second', 'zh-CN': '每秒超过 {limit} 次调用' },
  'request-lost': { en: 'the request was lost (simulated)', 'zh-CN': '请求丢失（模拟）' },
  'answer-lost': { en: 'the reply was lost (simulated)', 'zh-CN': '应答丢失（模拟）' },
  'busy-simulated': { en: 'the {kind} {ref} is busy (simulated)', 'zh-CN': '{kind} {ref} 正忙（模拟）' },
  'clouds-network': { en: 'the public network belongs to the cloud', 'zh-CN': '公共网络属于该云' },
  'in-use-by': { en: 'the {kind} {ref} is in use by {user}', 'zh-CN': '{kind} {ref} 正被 {user} 使用' },
  'thing-in-state': { en: 'the {kind} {ref} is {state}', 'zh-CN': '{kind} {ref} 当前状态为{state}' },
  'no-public-address': { en: 'no public address is free', 'zh-CN': '没有空闲的公网地址' },
  'no-address-in': { en: 'no address is free in the network {network}', 'zh-CN': '网络 {network} 中没有空闲的地址' },
} as const satisfies Record<string, Text>;

export type ReasonCode = keyof typeof reasons;

type Holes<S extends string> = S extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;
type Facts<R extends ReasonCode> = { readonly [H in Holes<(typeof reasons)[R]['en']>]: string | number };

/** A text of ours with what fills it: kept and sent as data, said in the language of whoever reads it. */
export type Because = {
  readonly reason: ReasonCode;
  readonly facts: Readonly<Record<string, string | number>>;
};

/** `because('no-file', { file: 'start.sh' })`: a fact of a failure, or what is wrong at one place. */
export function because<R extends ReasonCode>(
  reason: R,
  ...[facts]: Record<never, never> extends Facts<R> ? [] : [Facts<R>]
): Because {
  return { reason, facts: facts ?? {} };
}

/** What a reason says; undefined for a code that this version does not know. */
export function reasonIn(
  language: Language,
  { reason, facts }: { readonly reason: string; readonly facts: Because['facts'] },
): string | undefined {
  if (!(reason in reasons)) return undefined;
  return fill(reasons[reason as ReasonCode][language], factsIn(language, facts));
}

/** Facts as a person reads them: kinds of things and states have words of their own. */
export function factsIn(language: Language, facts: Because['facts']): Because['facts'] {
  const { kind, state } = facts;
  return {
    ...facts,
    ...(typeof kind === 'string' && isThing(kind) && { kind: things[kind][language] }),
    ...(typeof state === 'string' && state in states && { state: states[state as keyof typeof states][language] }),
  };
}

/** What the things are called that failures speak of. */
const things = {
  ...kindNames,
  account: { en: 'cloud account', 'zh-CN': '云账户' },
  provider: { en: 'provider', 'zh-CN': '云服务商' },
  deployment: { en: 'deployment', 'zh-CN': '应用实例' },
  template: { en: 'template', 'zh-CN': '应用模板' },
  variant: { en: 'variant', 'zh-CN': '变体' },
  file: { en: 'file', 'zh-CN': '文件' },
  plan: { en: 'plan', 'zh-CN': '计划' },
  revision: { en: 'revision', 'zh-CN': '修订' },
  run: { en: 'run', 'zh-CN': '执行' },
  node: { en: 'node', 'zh-CN': '节点' },
  relationship: { en: 'relationship', 'zh-CN': '关系' },
  instance: { en: 'instance', 'zh-CN': '实例' },
  resource: { en: 'resource', 'zh-CN': '云资源' },
  finding: { en: 'finding', 'zh-CN': '巡检结果' },
  organization: { en: 'organization', 'zh-CN': '租户' },
  project: { en: 'project', 'zh-CN': '项目' },
  environment: { en: 'environment', 'zh-CN': '环境' },
  user: { en: 'user', 'zh-CN': '用户' },
  group: { en: 'group', 'zh-CN': '群组' },
  'service-account': { en: 'service account', 'zh-CN': '服务账号' },
  principal: { en: 'user, group or service account', 'zh-CN': '用户、群组或服务账号' },
  policy: { en: 'policy', 'zh-CN': '授权策略' },
  token: { en: 'token', 'zh-CN': '访问令牌' },
  session: { en: 'session', 'zh-CN': '会话' },
  factor: { en: 'second factor', 'zh-CN': '第二因素' },
  'device-login': { en: 'waiting sign-in of a device with the code', 'zh-CN': '等待批准的设备登录代码' },
  'sign-in-method': { en: 'sign-in method', 'zh-CN': '登录方式' },
  webhook: { en: 'webhook', 'zh-CN': 'Webhook' },
  delivery: { en: 'delivery', 'zh-CN': '投递记录' },
} as const satisfies Record<string, Text>;

const isThing = (kind: string): kind is keyof typeof things => kind in things;

const states = {
  queued: { en: 'queued', 'zh-CN': '排队中' },
  running: { en: 'running', 'zh-CN': '运行中' },
  paused: { en: 'paused', 'zh-CN': '已暂停' },
  cancelling: { en: 'cancelling', 'zh-CN': '取消中' },
  succeeded: { en: 'succeeded', 'zh-CN': '已成功' },
  failed: { en: 'failed', 'zh-CN': '失败' },
  cancelled: { en: 'cancelled', 'zh-CN': '已取消' },
  creating: { en: 'creating', 'zh-CN': '创建中' },
  ready: { en: 'ready', 'zh-CN': '就绪' },
  stopped: { en: 'stopped', 'zh-CN': '已停止' },
  changing: { en: 'changing', 'zh-CN': '变更中' },
  deleting: { en: 'deleting', 'zh-CN': '删除中' },
} as const satisfies Record<string, Text>;
