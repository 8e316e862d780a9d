import './policies.css';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../parts/Copyable.tsx';
import { type ConditionForm, formOf, type Names, type StatementForm } from './editor/policy-form.ts';
import { written } from './editor/policy-text.ts';
import { useOperatorWords } from './operator-words.ts';

/** A document to read, in words; what has no words is shown as it is written. */
export function DocumentForm({ document }: { document: unknown }) {
  const { t } = useTranslation();
  const statements = formOf(document)?.statements ?? [];
  return (
    <ol className="statements">
      {statements.map((statement, index) => (
        <li key={index} className="panel statement">
          <header>
            <h3>{t('policies.statement', { number: index + 1 })}</h3>
            {!('other' in statement) && statement.sid !== undefined && <code>{statement.sid}</code>}
          </header>
          <div className="body">
            {'other' in statement ? (
              <pre className="code">{written(statement.other)}</pre>
            ) : (
              <StatementWords statement={statement} />
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

function StatementWords({ statement }: { statement: StatementForm }) {
  const { t } = useTranslation();
  const { effect, actions, resources, conditions } = statement;
  return (
    <dl className="facts lines">
      <div>
        <dt>
          <EffectTag effect={effect} />
          {actions.isNegated && <div className="quiet">{t('policies.notActions')}</div>}
        </dt>
        <dd>
          <Chips names={actions} />
        </dd>
      </div>
      <div>
        <dt>{t(resources.isNegated ? 'policies.notResources' : 'policies.resources')}</dt>
        <dd>
          <Chips names={resources} />
        </dd>
      </div>
      {conditions.length > 0 && (
        <div>
          <dt>{t('policies.conditions')}</dt>
          <dd>
            {conditions.map((condition) => (
              <ConditionWords key={`${condition.operator} ${condition.key}`} condition={condition} />
            ))}
          </dd>
        </div>
      )}
    </dl>
  );
}

export function EffectTag({ effect }: { effect: 'Allow' | 'Deny' }) {
  const { t } = useTranslation();
  return (
    <span className={`tag ${effect === 'Allow' ? 'ok' : 'bad'}`}>
      {t(effect === 'Allow' ? 'policies.allow' : 'policies.deny')}
    </span>
  );
}

function Chips({ names: { names } }: { names: Names }) {
  return (
    <span className="chips">
      {names.map((name) => (
        <code key={name} className="chip">
          {name}
        </code>
      ))}
    </span>
  );
}

function ConditionWords({ condition: { operator, key, values } }: { condition: ConditionForm }) {
  const { t } = useTranslation();
  const words = useOperatorWords();
  const isNull = operator === 'Null';
  const missing = values.length === 1 && String(values[0]) === 'true';
  return (
    <div className="chips">
      <code>{key}</code>
      <span>{isNull ? t(missing ? 'policyEditor.isMissing' : 'policyEditor.isThere') : words(operator)}</span>
      {!isNull &&
        values.map((value) => (
          <code key={String(value)} className="chip">
            {String(value)}
          </code>
        ))}
    </div>
  );
}

/** A document as JSON, with one of its statements marked. */
export function DocumentJson({ document, marked, label }: { document: unknown; marked?: number; label: string }) {
  const text = written(document);
  const mark = marked === undefined ? undefined : linesOfStatement(document, marked);
  return (
    <div className="command">
      <pre className="code document" tabIndex={0} role="region" aria-label={label}>
        {text
          .split('\n')
          .map((line, index) =>
            mark && index >= mark.from && index < mark.to ? (
              <mark key={index}>{`${line}\n`}</mark>
            ) : (
              <span key={index}>{`${line}\n`}</span>
            ),
          )}
      </pre>
      <CopyButton text={text} />
    </div>
  );
}

/** The lines of a statement in the text of its document. */
function linesOfStatement(document: unknown, index: number): { from: number; to: number } | undefined {
  const form = formOf(document);
  if (!form) return undefined;
  const before: Record<string, unknown> = {};
  for (const [name, value] of form.members) {
    if (name !== 'Statement') {
      before[name] = value;
      continue;
    }
    if (!Array.isArray(value) || index >= value.length) return undefined;
    const upTo = (count: number) => written({ ...before, Statement: value.slice(0, count) }).split('\n').length;
    // A list that is empty stands on one line, where it has a line for each bracket otherwise.
    const from = index === 0 ? upTo(0) - 1 : upTo(index) - 2;
    return { from, to: upTo(index + 1) - 2 };
  }
  return undefined;
}
