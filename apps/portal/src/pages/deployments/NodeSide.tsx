import { reasonIn } from '@pileus/model/reason';
import { concealed } from '@pileus/model/sealed';
import { stepNameIn } from '@pileus/model/step-name';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { DeploymentDetail, NodeInstance, RunDetail } from '../../api/types.ts';
import { plain, webAddress } from '../../format/value.ts';
import { useLanguage } from '../../i18n/index.ts';
import { Copyable } from '../../parts/Copyable.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { failureSentence } from '../../parts/problem.ts';
import { SecretValue } from '../../parts/PlainValue.tsx';
import { StateTag } from '../../parts/StateTag.tsx';
import { usePermission } from '../../shell/permission.ts';
import { refusal } from './change/can.ts';
import { RetryNode } from './change/RetryNode.tsx';
import { shortName, stepsOf } from './nodes.ts';

/** Everything about one node instance, beside the topology. */
export function NodeSide(props: {
  instance: NodeInstance;
  deployment: DeploymentDetail;
  run: RunDetail | undefined;
  onClose: () => void;
}) {
  const { instance, deployment, run, onClose } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const may = usePermission();
  const attributes = Object.entries(instance.attributes);
  const own = stepsOf(run?.steps ?? [], instance);
  const canRetry = run?.id === deployment.run?.id && own.some(({ state }) => state === 'failed');
  const canCall = may('deployment.plan') && refusal('operation', deployment) === undefined;
  return (
    <aside className="side" aria-label={instance.id} tabIndex={0}>
      <header>
        <h2 className="ellipsis" title={instance.id}>
          {shortName(instance.id)}
        </h2>
        <StateTag state={instance.state} />
        <button type="button" className="icon-button" aria-label={t('action.close')} onClick={onClose}>
          <Icon name="cross" />
        </button>
      </header>
      {instance.failure && (
        <section>
          <p className="step-why">{failureSentence(instance.failure, language)}</p>
        </section>
      )}
      {run && canRetry && (
        <section>
          <RetryNode run={run} node={instance.node} />
        </section>
      )}
      {instance.health && instance.health.is !== 'ok' && (
        <section>
          <p className="step-why">
            {t(`nodeHealth.${instance.health.is}`, { count: instance.health.failures })}
            {instance.health.because && ` · ${reasonIn(language, instance.health.because) ?? ''}`}
            {instance.health.reason !== undefined && ` · ${instance.health.reason}`}
          </p>
        </section>
      )}
      <section>
        <Facts
          lines
          of={[
            [t('deployment.nodeType'), <code key="type">{instance.type}</code>],
            [
              t('deployment.nodeRequires'),
              instance.requires.map((one) => shortName(one.target)).join(language === 'zh-CN' ? '、' : ', '),
            ],
          ]}
        />
      </section>
      <section>
        <h3>{t('deployment.attributes')}</h3>
        {attributes.length === 0 && <p className="quiet">{t('deployment.noAttributes')}</p>}
        <Facts lines of={attributes.map(([name, value]) => [name, <Attribute key={name} value={value} />])} />
      </section>
      {own.length > 0 && (
        <section>
          <h3>{t('deployment.nodeSteps')}</h3>
          <ul>
            {own.map((step) => (
              <li key={step.key}>
                <span className="ellipsis" title={stepNameIn(language, step.name)}>
                  {stepNameIn(language, step.name)}
                </span>
                <StateTag state={step.state} of="step" bare />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="row wrap" style={{ gap: 16 }}>
        <Link
          to="/deployments/$deployment"
          params={{ deployment: deployment.id }}
          search={{ tab: 'logs', node: instance.node }}
        >
          {t('deployment.showLog')}
        </Link>
        {canCall && (
          <Link to="." search={(search) => ({ ...search, ask: 'operation' })} replace>
            {t('change.operation')}
          </Link>
        )}
      </section>
    </aside>
  );
}

/** The instances of a node that can be counted, each to be looked at. */
export function StackSide(props: {
  node: string;
  instances: readonly NodeInstance[];
  onSelect: (id: string) => void;
  onClose: () => void;
}) {
  const { node, instances, onSelect, onClose } = props;
  const { t } = useTranslation();
  return (
    <aside className="side" aria-label={node} tabIndex={0}>
      <header>
        <h2 className="ellipsis">
          {node} × {instances.length}
        </h2>
        <button type="button" className="icon-button" aria-label={t('action.close')} onClick={onClose}>
          <Icon name="cross" />
        </button>
      </header>
      <section>
        <ul>
          {instances
            .toSorted((a, b) => a.index - b.index)
            .map((instance) => (
              <li key={instance.id}>
                <button type="button" className="link" onClick={() => onSelect(instance.id)}>
                  {shortName(instance.id)}
                </button>
                <StateTag state={instance.state} bare />
              </li>
            ))}
        </ul>
      </section>
    </aside>
  );
}

function Attribute({ value }: { value: unknown }) {
  if (value === concealed) return <SecretValue />;
  const address = webAddress(value);
  const text = plain(value);
  if (text === '') return <span className="quiet">–</span>;
  return (
    <Copyable text={text}>
      {address ? (
        <a href={address} target="_blank" rel="noreferrer">
          {address}
        </a>
      ) : (
        <code style={{ overflowWrap: 'anywhere' }}>{text}</code>
      )}
    </Copyable>
  );
}
