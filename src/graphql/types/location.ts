import type { Place } from '../../domain/place.ts';
import { placeFields } from '../../domain/place.ts';
import type { LocationInput as Input } from '../../recorder/intake.ts';
import { builder } from '../builder.ts';

export const Location = builder.objectRef<Place>('Location').implement({
  description: "Where an address is, as the caller or the operator's database tells.",
  fields: (t) => ({
    country: t.exposeString('country', { nullable: true, description: placeFields.country.description }),
    region: t.exposeString('region', { nullable: true, description: placeFields.region.description }),
    city: t.exposeString('city', { nullable: true, description: placeFields.city.description }),
    latitude: t.exposeFloat('latitude', { nullable: true, description: placeFields.latitude.description }),
    longitude: t.exposeFloat('longitude', { nullable: true, description: placeFields.longitude.description }),
    accuracyKm: t.exposeFloat('accuracyKm', { nullable: true, description: placeFields.accuracyKm.description }),
    anonymous: t.exposeBoolean('anonymous', { description: placeFields.anonymous.description }),
  }),
});

const atMost = ({ description, charactersMax }: { description: string; charactersMax: number }) =>
  `${description} At most ${charactersMax} characters.`;

export const LocationInput = builder.inputRef<Input>('LocationInput').implement({
  description: 'Where an address is. What is not known is left out.',
  fields: (t) => ({
    country: t.string({ description: placeFields.country.description }),
    region: t.string({ description: atMost(placeFields.region) }),
    city: t.string({ description: atMost(placeFields.city) }),
    latitude: t.float({ description: placeFields.latitude.description }),
    longitude: t.float({ description: placeFields.longitude.description }),
    accuracyKm: t.float({ description: placeFields.accuracyKm.description }),
    anonymous: t.boolean({ description: placeFields.anonymous.description }),
  }),
});
