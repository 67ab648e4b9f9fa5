import { useDeployed } from '../../lib/deployed.ts';
import { linkTo, type Route } from '../../lib/route.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import type { View } from '../view.ts';
import { ObjectPage } from './object.tsx';
import { Objects } from './objects.tsx';

/** What is in the watched buckets, and what readers get of it. `#/buckets/BUCKET?prefix=…`, `#/buckets/BUCKET/KEY` */
export const bucketsView: View = { path: 'buckets', title: 'Buckets', component: Buckets, shortcut: 'b' };

function Buckets({ route }: { readonly route: Route }) {
  const { value: deployed, fault } = useDeployed();
  const [, name, key] = route.segments;
  if (deployed === undefined) return <Fault fault={fault} />;
  const bucket = name === undefined ? deployed.buckets[0] : deployed.buckets.find((each) => each.name === name);
  if (bucket === undefined) return <NoBucket name={name ?? ''} />;
  if (key !== undefined) return <ObjectPage key={`${bucket.name} ${key}`} bucket={bucket} objectKey={key} />;
  return (
    <div class="view">
      <div class="view-head">
        <h1>Buckets</h1>
        {deployed.buckets.length > 1 && (
          <nav class="tabs" aria-label="Buckets">
            {deployed.buckets.map((each) => (
              <a
                key={each.name}
                href={linkTo(['buckets', each.name])}
                {...(each.name === bucket.name && { 'aria-current': 'page' as const })}
              >
                {each.name}
              </a>
            ))}
          </nav>
        )}
      </div>
      <Objects
        key={bucket.name}
        bucket={bucket}
        prefix={route.query.get('prefix') ?? ''}
        rescanArn={deployed.rescanArn}
      />
    </div>
  );
}

/** A link of another pipeline: the key may stand in another bucket too. */
function NoBucket({ name }: { readonly name: string }) {
  return (
    <Empty title={`The pipeline watches no bucket ${name}`}>
      <p>
        <a href={linkTo(['buckets'])}>Buckets it watches</a>
      </p>
    </Empty>
  );
}
