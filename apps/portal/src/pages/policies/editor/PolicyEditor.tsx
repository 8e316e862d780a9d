import '../policies.css';
import type { Problem } from '@pileus/model';
import { readPolicy } from '@pileus/policy';
import { Button } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/index.ts';
import { Bones } from '../../../parts/Bones.tsx';
import { Icon } from '../../../parts/Icon.tsx';
import { type PolicyLook, ViewSwitch } from '../ViewSwitch.tsx';
import { vocabularyOf, type Words } from '../vocabulary.ts';
import { documentOf, newStatement, type PolicyForm } from './policy-form.ts';
import { formOfText, written } from './policy-text.ts';
import { StatementFields } from './StatementFields.tsx';

const PolicyJson = lazy(() => import('./PolicyJson.tsx'));

interface PolicyEditorProps {
  /** The policy as text is the one truth: the form reads it, and writes it where something is changed. */
  readonly text: string;
  readonly words: Words;
  readonly view: PolicyLook;
  readonly onText: (text: string) => void;
  readonly onView: (view: PolicyLook) => void;
}

/** A policy as a form or as JSON, and what is wrong with it. */
export function PolicyEditor({ text, words, view, onText, onView }: PolicyEditorProps) {
  const { t } = useTranslation();
  const problems = useProblems(text, words);
  return (
    <section className="stack" style={{ gap: 12 }} aria-label={t('policies.document')}>
      <div className="row wrap" style={{ justifyContent: 'space-between' }}>
        <ViewSwitch value={view} onChange={onView} />
        <span className={`tag ${problems.length > 0 ? 'bad' : 'ok'}`} role="status">
          {problems.length > 0 ? t('policyEditor.problems', { count: problems.length }) : t('policyEditor.noProblems')}
        </span>
      </div>
      {view === 'form' ? (
        <Form text={text} words={words} problems={problems} onText={onText} />
      ) : (
        <Suspense fallback={<Bones lines={8} />}>
          <PolicyJson text={text} words={words} onText={onText} />
          {problems.length > 0 && <ProblemList of={problems} />}
        </Suspense>
      )}
    </section>
  );
}

/** Everything that is wrong with a policy, in the reader's language. */
export function useProblems(text: string, words: Words): readonly Problem[] {
  const language = useLanguage();
  return useMemo(() => readPolicy(text, vocabularyOf(words), language).problems, [text, words, language]);
}

function ProblemList({ of }: { of: readonly Problem[] }) {
  return (
    <ul className="problem-list">
      {of.map(({ at, message }) => (
        <li key={at + message} className="field-problem">
          {at && <code>{at}</code>} {message}
        </li>
      ))}
    </ul>
  );
}

function Form({
  text,
  words,
  problems,
  onText,
}: Pick<PolicyEditorProps, 'text' | 'words' | 'onText'> & { problems: readonly Problem[] }) {
  const { t } = useTranslation();
  const form = useMemo(() => formOfText(text, vocabularyOf(words)), [text, words]);
  if (!form)
    return (
      <>
        <div className="note warn" role="alert">
          <Icon name="warning" />
          {t('policyEditor.noForm')}
        </div>
        <ProblemList of={problems} />
      </>
    );
  const change = (statements: PolicyForm['statements']) => onText(written(documentOf({ ...form, statements })));
  const outside = problems.filter(({ at }) => !/^\/Statement\/\d/.test(at));
  return (
    <>
      {outside.length > 0 && <ProblemList of={outside} />}
      <ol className="statements">
        {form.statements.map((statement, index) => {
          const its = problems.flatMap((problem) => {
            const [, number, rest = ''] = /^\/Statement\/(\d+)(.*)$/s.exec(problem.at) ?? [];
            return number === String(index) ? [{ ...problem, at: rest }] : [];
          });
          return (
            <li key={index} className="panel statement">
              <header>
                <h3>{t('policies.statement', { number: index + 1 })}</h3>
                <Button
                  type="text"
                  size="small"
                  icon={<Icon name="trash" size={14} />}
                  aria-label={t('policyEditor.removeStatement', { number: index + 1 })}
                  onClick={() => change(form.statements.toSpliced(index, 1))}
                />
              </header>
              <div className="body">
                {'other' in statement ? (
                  <>
                    <p className="quiet">{t('policyEditor.other')}</p>
                    <pre className="code">{written(statement.other)}</pre>
                    <ProblemList of={its} />
                  </>
                ) : (
                  <StatementFields
                    statement={statement}
                    words={words}
                    problems={its}
                    onChange={(next) => change(form.statements.with(index, next))}
                  />
                )}
              </div>
            </li>
          );
        })}
      </ol>
      <div>
        <Button icon={<Icon name="plus" size={14} />} onClick={() => change([...form.statements, newStatement()])}>
          {t('policyEditor.addStatement')}
        </Button>
      </div>
    </>
  );
}
