import type {
  DeploymentDetail,
  Drift,
  LiveEvent,
  LogLine,
  NodeInstance,
  Plan,
  PlannedStep,
  Revision,
  RunDetail,
  Step,
  TemplateDetail,
  Variant,
} from '../src/api/types.ts';
import type { BodyOf } from '@pileus/api';
import { changeOf } from './fake-changes.ts';
import * as people from './fake-people.ts';
import { FakeQuotas } from './fake-quotas.ts';
import { clusterOf, type Expanded, expanded, scalingOf } from './sample-cluster.ts';
import * as samples from './samples.ts';

/** Everything the fake API knows, and a make-believe engine that carries out plans with timers. */
export class FakeWorld {
  readonly accounts = structuredClone(samples.accounts);
  readonly templates = structuredClone(samples.templates);
  readonly instances = structuredClone(samples.instances);
  readonly audit = structuredClone(samples.audit);
  readonly plans: Plan[] = [];
  readonly deployments: DeploymentDetail[] = [];
  readonly runs: RunDetail[] = [];
  readonly lines: LogLine[] = [];
  /** By deployment, newest first. */
  readonly revisions = new Map<string, Revision[]>();
  readonly drift = new Map<string, Drift[]>();
  readonly secrets = structuredClone(samples.secrets);
  readonly users = structuredClone(people.users);
  readonly signIn = structuredClone(people.signIn);
  readonly methods = structuredClone(people.methods);
  readonly organizations = structuredClone(people.organizations);
  readonly quotas = new FakeQuotas();
  hasPassword = false;
  readonly #events: { id: number; topics: string[]; event: LiveEvent }[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #beat: number;
  #count = 0;

  /** @param options.beat How long a step takes, in ms. */
  constructor(options: { empty?: boolean; beat?: number } = {}) {
    this.#beat = options.beat ?? 700;
    if (options.empty) {
      for (const list of [this.accounts, this.templates, this.instances, this.audit, this.secrets]) list.length = 0;
      return;
    }
    const [like] = this.templates;
    if (like) this.templates.push(clusterOf(like));
    this.#seed();
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  id(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${(this.#count * 48_271).toString(36).padStart(12, '0')}`;
  }

  /** What an account shows of the secrets that were named for it. */
  namedSecrets(ids: Readonly<Record<string, string>> = {}): Record<string, { id: string; name: string }> {
    const named = Object.entries(ids).map(([setting, id]) => {
      const secret = people.theOne(this.secrets, 'secret', id);
      return [setting, { id, name: secret.name }] as const;
    });
    return Object.fromEntries(named);
  }

  /** Events after an id on some topics; ends when the signal is aborted. */
  async *follow(
    topics: readonly string[],
    after: number | undefined,
    signal: AbortSignal,
  ): AsyncIterable<{ id: string; data: LiveEvent }> {
    let at = after === undefined ? this.#events.length : this.#events.findIndex(({ id }) => id > after);
    if (at < 0) at = this.#events.length;
    while (!signal.aborted) {
      for (; at < this.#events.length; at += 1) {
        const entry = this.#events[at];
        if (entry?.topics.some((topic) => topics.includes(topic))) yield { id: String(entry.id), data: entry.event };
      }
      await new Promise<void>((resolve) => {
        const wake = () => (this.#listeners.delete(wake), resolve());
        this.#listeners.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    }
  }

  plan(
    template: TemplateDetail,
    variant: Variant,
    account: { id: string; name: string; provider: string; simulated: boolean },
    name: string,
    inputs: Record<string, unknown>,
  ): Plan {
    const scaling = scalingOf(template.id);
    const steps = samples.stepsFor({ ...variant, nodes: expanded(variant, scaling) });
    const plan: Plan = {
      id: this.id('plan'),
      action: 'create',
      name,
      hash: 'sha256:5f2c1b8e',
      template: { id: template.id, name: template.name, version: template.version, variant: variant.name },
      account: { id: account.id, name: account.name, provider: account.provider, simulated: account.simulated },
      inputs,
      scaling,
      counts: totals(steps),
      steps,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdAt: new Date().toISOString(),
    };
    this.plans.push(plan);
    return plan;
  }

  /** What deleting a deployment removes: its steps the other way round. */
  planDeletion(deployment: DeploymentDetail): Plan {
    const { template, variant } = this.#madeOf(deployment);
    const plan = this.plan(template, variant, deployment.account, deployment.name, deployment.inputs);
    plan.action = 'delete';
    plan.deployment = deployment.id;
    plan.steps = plan.steps
      .filter((step) => step.action === 'create')
      .map((step) => ({
        ...step,
        action: 'delete' as const,
        title: step.title.replace(/创建|分配/, '删除'),
        needs: [],
        why: 'unwanted' as const,
      }))
      .toReversed();
    plan.counts = totals(plan.steps);
    return plan;
  }

  planChange(deployment: DeploymentDetail, wish: BodyOf<'post /deployments/{deployment}/plans'>): Plan {
    if (wish.action === 'delete') return this.planDeletion(deployment);
    const { template, variant } = this.#madeOf(deployment);
    const plan = this.plan(template, variant, deployment.account, deployment.name, deployment.inputs);
    const change = changeOf(deployment, variant, wish, {
      drift: this.drift.get(deployment.id) ?? [],
      revisions: this.revisions.get(deployment.id) ?? [],
    });
    const { steps, scaling, inputs } = change;
    const wanted = { steps, scaling, inputs, counts: totals(steps) };
    const of = { ...plan.template, version: change.version };
    return Object.assign(plan, { ...wanted, action: wish.action, deployment: deployment.id, template: of });
  }

  /** Carries out a plan for a deployment that exists. */
  change(
    plan: Plan,
    note: string,
    options: { minutes?: number; done?: boolean } = {},
  ): { deployment: string; run: string } {
    const deployment = this.deployments.find(({ id }) => id === plan.deployment);
    if (!deployment) throw new Error('The plan is for a deployment.');
    if (plan.action === 'delete') return { deployment: deployment.id, run: this.delete(deployment) };
    const { inputs, template, scaling } = plan;
    const createdAt = samples.ago(options.minutes ?? 0);
    const run = this.#run(`deployment.${plan.action}`, plan.name, deployment, plan, createdAt);
    const isSwitch = plan.action === 'stop' || plan.action === 'start';
    if (!isSwitch) this.#revise(deployment, plan, run, note);
    Object.assign(deployment, { state: 'changing', inputs, template, scaling });
    const { variant } = this.#madeOf(deployment);
    const before = new Map(deployment.nodeInstances.map((instance) => [instance.node, instance]));
    deployment.nodeInstances = instancesOf(expanded(variant, scaling)).map((one) => before.get(one.node) ?? one);
    deployment.nodes = deployment.nodeInstances.length;
    if (plan.action === 'heal') this.drift.delete(deployment.id);
    if (options.done) this.#finishAtOnce(run, deployment, plan, createdAt);
    else void this.#walk(run, deployment, plan);
    return { deployment: deployment.id, run: run.id };
  }

  #madeOf({ template }: DeploymentDetail): { template: TemplateDetail; variant: Variant } {
    const found = this.templates.find(({ id }) => id === template.id);
    const variant = found?.variants.find(({ name }) => name === template.variant);
    if (!found || !variant) throw new Error('The sample deployment has a template.');
    return { template: found, variant };
  }

  #revise(deployment: DeploymentDetail, plan: Plan, run: RunDetail, note: string): void {
    const known = this.revisions.get(deployment.id) ?? [];
    const revision: Revision = {
      number: known.length + 1,
      action: plan.action,
      template: plan.template,
      inputs: plan.inputs,
      counts: Object.fromEntries(plan.scaling.map(({ node, count }) => [node, count])),
      note,
      createdBy: run.actor,
      createdAt: run.createdAt,
      run,
    };
    this.revisions.set(deployment.id, [revision, ...known]);
    deployment.wanted = revision.number;
  }

  apply(
    plan: Plan,
    actor = 'admin',
    options: { failAt?: string; done?: boolean; id?: string; minutes?: number } = {},
  ): { deployment: string; run: string } {
    const template = this.templates.find((one) => one.id === plan.template.id);
    const variant = template?.variants.find((one) => one.name === plan.template.variant);
    const nodes = variant ? expanded(variant, plan.scaling) : [];
    const createdAt = samples.ago(options.minutes ?? 0);
    const deployment: DeploymentDetail = {
      id: options.id ?? this.id('dep'),
      name: plan.name,
      state: 'deploying',
      template: plan.template,
      account: plan.account,
      createdBy: actor,
      createdAt,
      tags: { owner: actor, 部门: '研发' },
      nodes: nodes.length,
      inputs: plan.inputs,
      outputs: [],
      nodeInstances: instancesOf(nodes),
      resources: [],
      scaling: plan.scaling,
      wanted: 1,
    };
    this.deployments.unshift(deployment);
    const run = this.#run('deployment.create', plan.name, deployment, plan, createdAt);
    this.#revise(deployment, plan, run, '');
    if (options.done) this.#finishAtOnce(run, deployment, plan, createdAt);
    else void this.#walk(run, deployment, plan, options.failAt);
    return { deployment: deployment.id, run: run.id };
  }

  delete(deployment: DeploymentDetail): string {
    const plan = this.planDeletion(deployment);
    deployment.state = 'deleting';
    const run = this.#run('deployment.delete', deployment.name, deployment, plan, new Date().toISOString());
    void this.#walk(run, deployment, plan);
    return run.id;
  }

  cancel(run: RunDetail): void {
    run.state = 'cancelling';
    this.#tellRun(run);
  }

  resume(run: RunDetail): void {
    const deployment = this.deployments.find((one) => one.id === run.deployment);
    const action = run.kind.replace('deployment.', '');
    const plan = deployment && this.plans.findLast((one) => one.name === deployment.name && one.action === action);
    if (!deployment || !plan) return;
    delete run.endedAt;
    delete run.failure;
    deployment.state = 'deploying';
    for (const step of run.steps)
      if (step.state === 'failed' || step.state === 'skipped')
        Object.assign(step, { state: 'planned', failure: undefined });
    void this.#walk(run, deployment, plan);
  }

  #seed(): void {
    const [tiers, , pos, cluster] = this.templates;
    const [local, shanghai, , drill] = this.accounts;
    if (!tiers || !pos || !cluster || !local || !shanghai || !drill) return;
    const inputs = { title: '我的店铺', port: 8080, workers: 2, greeting: '你好' };
    const make = (template: TemplateDetail, account: typeof local, name: string) => {
      const variant = template.variants.find(
        (one) => one.providers.length === 0 || one.providers.includes(account.provider),
      );
      if (!variant) throw new Error('The sample template fits the account.');
      return this.plan(template, variant, account, name, inputs);
    };
    this.apply(make(tiers, local, 'sample'), 'admin', { done: true, id: 'dep-sample000001', minutes: 400 });
    this.apply(make(tiers, shanghai, 'shop-production'), '李敏', { done: true, id: 'dep-shop0000prod', minutes: 300 });
    this.apply(make(tiers, shanghai, 'crm-test'), '王强', {
      failAt: 'web_host_2.make',
      id: 'dep-crm00000test',
      minutes: 30,
    });
    this.apply(make(pos, drill, 'pos-0731'), 'zhang.wei', { done: true, id: 'dep-pos000000731', minutes: 50 });
    this.apply(make(tiers, drill, 'drill-7'), 'admin', { id: 'dep-drill0000001' });
    this.#seedCluster(make(cluster, shanghai, 'web-cluster'));
  }

  /** One that was updated since, and that somebody else has changed at its cloud. */
  #seedCluster(plan: Plan): void {
    const { deployment: id } = this.apply(plan, '李敏', { done: true, id: 'dep-cluster00001', minutes: 200 });
    const deployment = this.deployments.find((one) => one.id === id);
    if (!deployment) return;
    const update = this.planChange(deployment, { action: 'update', inputs: { title: '双十一会场', workers: 4 } });
    this.change(update, '双十一扩容，工单 4711', { done: true, minutes: 90 });
    const about = (node: string) => ({ resource: `${node}.server`, node, kind: 'server', name: `web-cluster-${node}` });
    this.drift.set(id, [
      { ...about('web_host-2'), is: 'gone', changes: [] },
      { ...about('data_host'), is: 'stopped', native: 'SHUTOFF', changes: [] },
      {
        resource: 'web.group',
        node: 'web-1',
        kind: 'security-group',
        name: 'web-cluster-web',
        is: 'changed',
        changes: [{ field: 'rules', from: [{ ports: [22, 22] }, { ports: [80, 80] }], to: [{ ports: [80, 80] }] }],
      },
    ]);
  }

  #run(kind: string, title: string, deployment: DeploymentDetail, plan: Plan, createdAt: string): RunDetail {
    const run: RunDetail = {
      id: this.id('run'),
      kind,
      title,
      state: 'queued',
      done: 0,
      total: plan.steps.length,
      deployment: deployment.id,
      actor: deployment.createdBy,
      createdAt,
      steps: [],
    };
    run.steps = plan.steps.map((step, seq) => ({
      run: run.id,
      seq,
      key: step.key,
      name: step.title,
      node: step.node,
      state: 'planned',
      attempt: 0,
    }));
    this.runs.unshift(run);
    deployment.run = brief(run);
    return run;
  }

  async #walk(run: RunDetail, deployment: DeploymentDetail, plan: Plan, failAt?: string): Promise<void> {
    run.state = 'running';
    run.startedAt ??= new Date().toISOString();
    this.#tellRun(run);
    this.#tellDeployment(deployment);
    const fast = failAt ? 5 : this.#beat;
    const running = new Map<string, Promise<void>>();
    const isDone = (key: string) => run.steps.find((one) => one.key === key)?.state === 'done';
    for (;;) {
      if ((run.state as string) === 'cancelling') break;
      const ready = plan.steps.filter(
        (step) =>
          run.steps.some((one) => one.key === step.key && one.state === 'planned') &&
          !running.has(step.key) &&
          step.needs.every(isDone),
      );
      for (const step of ready.slice(0, 3 - running.size)) {
        running.set(
          step.key,
          this.#step(run, deployment, plan, step.key, fast, step.key === failAt).finally(() =>
            running.delete(step.key),
          ),
        );
      }
      if (running.size === 0) break;
      await Promise.race(running.values());
      if (run.steps.some((step) => step.state === 'failed')) break;
    }
    await Promise.all(running.values());
    run.endedAt = new Date().toISOString();
    const failed = run.steps.find((step) => step.state === 'failed');
    if (failed) for (const step of run.steps) if (step.state === 'planned') step.state = 'skipped';
    run.state = failed ? 'failed' : (run.state as string) === 'cancelling' ? 'cancelled' : 'succeeded';
    if (failed?.failure) run.failure = failed.failure;
    if (run.kind === 'deployment.delete' && run.state === 'succeeded')
      Object.assign(deployment, { state: 'deleted', deletedAt: run.endedAt, outputs: [], resources: [] });
    else if (run.kind === 'deployment.stop' && run.state === 'succeeded') deployment.state = 'stopped';
    else deployment.state = run.state === 'succeeded' ? 'running' : run.state === 'failed' ? 'failed' : 'cancelled';
    if (deployment.state === 'running') {
      deployment.outputs = outputsOf(deployment);
      if (deployment.wanted !== undefined) deployment.revision = deployment.wanted;
      for (const node of deployment.nodeInstances)
        if (node.state !== 'started') this.#become(deployment, node, 'started');
    }
    this.#tellRun(run);
    this.#tellDeployment(deployment);
  }

  async #step(
    run: RunDetail,
    deployment: DeploymentDetail,
    plan: Plan,
    key: string,
    beat: number,
    fails: boolean,
  ): Promise<void> {
    const step = run.steps.find((one) => one.key === key);
    const planned = plan.steps.find((one) => one.key === key);
    const node = deployment.nodeInstances.find((one) => one.id === step?.node);
    if (!step || !planned) return;
    Object.assign(step, {
      state: 'started',
      attempt: step.attempt + 1,
      startedAt: new Date().toISOString(),
      endedAt: undefined,
    });
    this.#tellStep(run, step);
    if (node)
      this.#become(
        deployment,
        node,
        planned.action === 'delete'
          ? 'deleting'
          : planned.what.endsWith('configure')
            ? 'configuring'
            : planned.what.endsWith('start')
              ? 'starting'
              : 'creating',
      );
    this.#log(run, step, 'note', `${step.name}：开始（第 ${step.attempt} 次）`);
    for (const line of ['checking what is there', 'unpacking 14 files', 'listening on 0.0.0.0:8080']) {
      await this.#wait(beat * (0.3 + Math.random() * 0.6));
      if (planned.action === 'run') this.#log(run, step, 'out', `[${step.node}] ${line}`);
    }
    step.endedAt = new Date().toISOString();
    if (fails) {
      step.state = 'failed';
      step.failure = {
        code: 'quota-exceeded',
        facts: { kind: 'server', provider: 'OpenStack', detail: 'instances: 10 of 10 used' },
      };
      this.#log(
        run,
        step,
        'err',
        'HTTP 403 Quota exceeded for instances: Requested 1, but already used 10 of 10 instances',
      );
      if (node) {
        node.failure = step.failure;
        this.#become(deployment, node, 'error');
      }
    } else {
      step.state = 'done';
      run.done = run.steps.filter((one) => one.state === 'done').length;
      this.#log(run, step, 'note', `${step.name}：完成`);
      if (planned.action === 'create')
        deployment.resources.push({
          id: this.id('res'),
          kind: planned.what as 'server',
          ref: crypto.randomUUID(),
          name: `${deployment.name}-${step.node}`,
          state: 'running',
          native: 'ACTIVE',
          account: deployment.account.id,
          deployment: deployment.id,
          ...(step.node && { node: step.node }),
          createdAt: step.endedAt,
          seenAt: step.endedAt,
          details: {},
        });
      if (node) {
        node.attributes = attributesOf(node);
        this.#become(
          deployment,
          node,
          planned.action === 'delete'
            ? 'deleted'
            : planned.what.endsWith('configure')
              ? 'configured'
              : planned.what === 'Standard.create'
                ? 'created'
                : 'started',
        );
      }
    }
    this.#tellStep(run, step);
    this.#tellRun(run);
  }

  #finishAtOnce(run: RunDetail, deployment: DeploymentDetail, plan: Plan, createdAt: string): void {
    const at = (seconds: number) => new Date(Date.parse(createdAt) + seconds * 1000).toISOString();
    let end = 0;
    const ends = new Map<string, number>();
    for (const step of run.steps) {
      const needs = plan.steps.find((one) => one.key === step.key)?.needs ?? [];
      const begin = Math.max(0, ...needs.map((key) => ends.get(key) ?? 0));
      const length = 1 + ((step.seq * 37) % 50) / 10;
      ends.set(step.key, begin + length);
      end = Math.max(end, begin + length);
      Object.assign(step, { state: 'done', attempt: 1, startedAt: at(begin), endedAt: at(begin + length) });
      this.lines.push(
        {
          run: run.id,
          step: step.key,
          ...(step.node && { node: step.node }),
          seq: 1,
          at: at(begin),
          stream: 'note',
          text: `${step.name}：开始（第 1 次）`,
        },
        {
          run: run.id,
          step: step.key,
          ...(step.node && { node: step.node }),
          seq: 2,
          at: at(begin + length),
          stream: 'out',
          text: `[${step.node}] done in ${length.toFixed(1)} s`,
        },
      );
    }
    if (deployment.wanted !== undefined) deployment.revision = deployment.wanted;
    Object.assign(run, { state: 'succeeded', done: run.total, startedAt: at(0), endedAt: at(end) });
    for (const node of deployment.nodeInstances)
      Object.assign(node, { state: 'started', attributes: attributesOf(node) });
    deployment.state = 'running';
    deployment.outputs = outputsOf(deployment);
    if (plan.action !== 'create') {
      deployment.run = brief(run);
      return;
    }
    deployment.resources = plan.steps
      .filter((step) => step.action === 'create')
      .map((step, index) => ({
        id: `res-${deployment.id}-${index}`,
        kind: step.what as 'server',
        ref: `9f0f5a2e-1c1d-4a63-8f3e-${String(index).padStart(12, '0')}`,
        name: `${deployment.name}-${step.node}`,
        state: step.what === 'server' ? 'running' : 'ready',
        native: step.what === 'server' ? 'ACTIVE' : 'available',
        account: deployment.account.id,
        deployment: deployment.id,
        node: step.node,
        createdAt: at(3),
        seenAt: samples.ago(0.2),
        details:
          step.what === 'server'
            ? { flavor: 'm1.small', addresses: [{ address: `192.168.40.${10 + index}`, reach: 'private' }] }
            : step.what === 'volume'
              ? { gigabytes: 10 }
              : {},
      }));
    deployment.run = brief(run);
  }

  #become(deployment: DeploymentDetail, node: NodeInstance, state: NodeInstance['state']): void {
    node.state = state;
    this.#tell([`deployment:${deployment.id}`], { is: 'node', deployment: deployment.id, node: structuredClone(node) });
  }

  #log(run: RunDetail, step: Step, stream: LogLine['stream'], text: string): void {
    const line: LogLine = {
      run: run.id,
      step: step.key,
      ...(step.node && { node: step.node }),
      seq: this.lines.length,
      at: new Date().toISOString(),
      stream,
      text,
    };
    this.lines.push(line);
    this.#tell([`run:${run.id}`, `deployment:${run.deployment}`], { is: 'log', line });
  }

  #tellRun(run: RunDetail): void {
    const deployment = this.deployments.find((one) => one.id === run.deployment);
    if (deployment) deployment.run = brief(run);
    this.#tell(['runs', `run:${run.id}`, `deployment:${run.deployment}`], { is: 'run', run: brief(run) });
  }

  #tellStep(run: RunDetail, step: Step): void {
    this.#tell([`run:${run.id}`, `deployment:${run.deployment}`], { is: 'step', step: structuredClone(step) });
  }

  #tellDeployment(deployment: DeploymentDetail): void {
    this.#tell(['deployments', `deployment:${deployment.id}`], {
      is: 'deployment',
      deployment: structuredClone(deployment),
    });
  }

  #tell(topics: string[], event: LiveEvent): void {
    this.#events.push({ id: this.#events.length + 1, topics, event: structuredClone(event) });
    for (const listener of Array.from(this.#listeners)) listener();
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => (this.#timers.delete(timer), resolve()), milliseconds);
      this.#timers.add(timer);
    });
  }
}

function instancesOf(nodes: readonly Expanded[]): NodeInstance[] {
  return nodes.map(({ name, template, index, type, requires }) => ({
    id: name,
    node: name,
    template,
    index,
    type,
    state: 'initial',
    attributes: {},
    requires,
  }));
}

/** How many of each kind a plan makes, changes, replaces or removes, as the server counts them. */
export function totals(steps: readonly PlannedStep[]): Plan['counts'] {
  const counts = new Map<string, Plan['counts'][number]>();
  for (const { action, what, isReplaced } of steps) {
    if (isReplaced) continue;
    const counted = action === 'run' ? 'script' : what;
    const count = counts.get(`${action} ${counted}`)?.count ?? 0;
    counts.set(`${action} ${counted}`, { action, what: counted, count: count + 1 });
  }
  return [...counts.values()];
}

function brief({ steps: _, ...run }: RunDetail): Omit<RunDetail, 'steps'> {
  return structuredClone(run);
}

function attributesOf(node: NodeInstance): Record<string, unknown> {
  if (node.type === 'tosca.nodes.Compute')
    return { private_address: '192.168.40.11', flavor: 'm1.small', region: 'RegionOne' };
  if (node.type.endsWith('LoadBalancer'))
    return { url: 'http://127.0.0.1:8080/', port: 8080, backends: ['web_1', 'web_2'] };
  return { port: 9001, version: '1.2.0' };
}

function outputsOf(deployment: DeploymentDetail): DeploymentDetail['outputs'] {
  return [
    { name: 'url', description: '网站地址', value: `http://127.0.0.1:${Number(deployment.inputs['port'] ?? 8080)}/` },
    { name: 'web_servers', description: '各 Web 服务器的地址', value: ['192.168.40.11:9001', '192.168.40.12:9001'] },
    { name: 'admin_user', description: '管理员用户名', value: 'shopkeeper' },
  ];
}
