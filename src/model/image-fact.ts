/** Beginning of the keys under which an engine's facts say what image a service ran: `image of api`. */
export const imageFact = 'image of ';

/** The same of the nodes that its pods were on: `nodes of api`. */
export const nodesFact = 'nodes of ';
