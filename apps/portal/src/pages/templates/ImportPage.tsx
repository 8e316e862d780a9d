import './templates.css';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Form, Input } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../api/query.ts';
import type { TemplateProblem } from '../../api/types.ts';
import { bytes } from '../../format/value.ts';
import { Icon } from '../../parts/Icon.tsx';
import { type Column, Table } from '../../parts/Listing.tsx';
import { Page } from '../../parts/Page.tsx';
import { Panel } from '../../parts/Panel.tsx';
import { ProblemBox } from '../../parts/ProblemBox.tsx';
import { type ChosenFile, droppedFiles, mostMegabytes, pickedFiles, upload } from './chosen-files.ts';

export default function ImportPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const [name, setName] = useState('');
  const validate = useAct('post /templates/validate');
  const add = useAct('post /templates', ['get /templates']);
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  const tooBig = size > mostMegabytes * 1_000_000;

  const choose = async (chosen: readonly ChosenFile[]) => {
    setFiles(chosen);
    add.reset();
    validate.reset();
    // Whoever drops files wants to know whether they are right: no need to ask for that.
    const total = chosen.reduce((sum, { file }) => sum + file.size, 0);
    if (chosen.length > 0 && total <= mostMegabytes * 1_000_000) validate.mutate({ body: await upload(chosen) });
  };
  const save = async () => {
    const template = await add.mutateAsync({ body: { ...(await upload(files)), ...(name && { name }) } });
    void message.success(t('import.imported', { name: template.name, version: template.version }));
    await navigate({ to: '/templates/$template', params: { template: template.id }, search: {} });
  };

  return (
    <Page
      title={t('import.title')}
      up={{ to: '/templates', title: t('templates.title') }}
      hint={t('import.hint')}
      width="narrow"
    >
      {files.length === 0 ? (
        <DropZone onChoose={(chosen) => void choose(chosen)} />
      ) : (
        <>
          <Panel
            title={`${t('import.selected')} · ${bytes(size)}`}
            aside={<Button onClick={() => void choose([])}>{t('import.startOver')}</Button>}
            flush
          >
            <FileNames of={files} onRemove={(path) => void choose(files.filter((file) => file.path !== path))} />
          </Panel>
          {tooBig && <Note tone="warn">{t('import.tooBig', { megabytes: mostMegabytes })}</Note>}
          {validate.error && <ProblemBox error={validate.error} />}
          {validate.data && <Verdict valid={validate.data.valid} problems={validate.data.problems} />}
          {add.error && <ProblemBox error={add.error} />}
          <Form layout="vertical" onFinish={() => void save().catch(() => {})}>
            <Form.Item label={t('import.name')} htmlFor="template-name" style={{ maxWidth: 420 }}>
              <Input
                id="template-name"
                value={name}
                placeholder={t('import.nameHint')}
                onChange={(event) => setName(event.target.value)}
              />
            </Form.Item>
            <Button
              type="primary"
              htmlType="submit"
              loading={add.isPending}
              disabled={tooBig || validate.isPending || validate.data?.valid === false}
            >
              {t('import.import')}
            </Button>
          </Form>
        </>
      )}
    </Page>
  );
}

function DropZone({ onChoose }: { onChoose: (files: readonly ChosenFile[]) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const some = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <div
      className={`drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void droppedFiles(event.dataTransfer.items).then(onChoose);
      }}
    >
      <Icon name="upload" size={32} />
      <p>{t('import.drop')}</p>
      <div className="row">
        <Button onClick={() => some.current?.click()}>{t('import.chooseFiles')}</Button>
        <Button onClick={() => folder.current?.click()}>{t('import.chooseFolder')}</Button>
      </div>
      <input
        ref={some}
        type="file"
        multiple
        hidden
        aria-label={t('import.chooseFiles')}
        onChange={(event) => event.target.files && onChoose(pickedFiles(event.target.files))}
      />
      <input
        ref={(input) => {
          folder.current = input;
          // React has no property for it.
          input?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        aria-label={t('import.chooseFolder')}
        onChange={(event) => event.target.files && onChoose(pickedFiles(event.target.files))}
      />
    </div>
  );
}

function FileNames({ of, onRemove }: { of: readonly ChosenFile[]; onRemove: (path: string) => void }) {
  const { t } = useTranslation();
  return (
    <ul className="chosen-files">
      {of.map(({ path, file }) => (
        <li key={path}>
          <Icon name="file" size={14} />
          <code className="ellipsis">{path}</code>
          <span className="size">{bytes(file.size)}</span>
          <button
            type="button"
            className="icon-button"
            aria-label={t('import.remove', { path })}
            onClick={() => onRemove(path)}
          >
            <Icon name="cross" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Verdict({ valid, problems }: { valid: boolean; problems: readonly TemplateProblem[] }) {
  const { t } = useTranslation();
  const columns: Column<TemplateProblem>[] = [
    {
      key: 'severity',
      title: t('log.result'),
      width: 90,
      cell: (problem) => (
        <span className={`tag ${problem.severity === 'error' ? 'bad' : 'warn'}`}>
          {t(`import.${problem.severity}`)}
        </span>
      ),
    },
    {
      key: 'where',
      title: t('import.where'),
      width: 220,
      cell: (problem) => <code>{`${problem.file}:${problem.line}:${problem.column}`}</code>,
    },
    { key: 'message', title: t('import.message'), long: 'wrap', cell: (problem) => problem.message },
    {
      key: 'rule',
      title: t('import.rule'),
      width: 160,
      cell: (problem) => <code className="quiet">{problem.rule}</code>,
    },
  ];
  return (
    <>
      {valid && (
        <Note tone="ok">
          {problems.length > 0 ? t('import.validWarnings', { count: problems.length }) : t('import.valid')}
        </Note>
      )}
      {problems.length > 0 && (
        <Panel title={t('import.problems', { count: problems.length })} flush>
          <Table
            items={problems}
            columns={columns}
            rowKey={(problem) => `${problem.file}:${problem.line}:${problem.column}:${problem.rule}:${problem.message}`}
            label={t('import.problems', { count: problems.length })}
          />
        </Panel>
      )}
    </>
  );
}

function Note({ tone, children }: { tone: 'ok' | 'warn'; children: ReactNode }) {
  return (
    <p className={`note ${tone}`} role="status">
      <Icon name={tone === 'ok' ? 'ok' : 'warning'} />
      {children}
    </p>
  );
}
