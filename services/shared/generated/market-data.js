/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError, $TypeError = $util.global.TypeError, $String = $util.global.String, $Array = $util.global.Array, $Number = $util.global.Number, $parseInt = $util.global.parseInt, $Boolean = $util.global.Boolean, $BigInt = $util.global.BigInt, $isFinite = $util.global.isFinite;

// Exported root namespace
const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

export const quotewire = $root.quotewire = (() => {

    /**
     * Namespace quotewire.
     * @exports quotewire
     * @namespace
     */
    const quotewire = {};

    quotewire.v1 = (function() {

        /**
         * Namespace v1.
         * @memberof quotewire
         * @namespace
         */
        const v1 = {};

        v1.GetMarketDataRequest = (function() {

            /**
             * Properties of a GetMarketDataRequest.
             * @typedef {Object} quotewire.v1.GetMarketDataRequest.$Properties
             * @property {string|null} [symbol] GetMarketDataRequest symbol
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GetMarketDataRequest.
             * @memberof quotewire.v1
             * @interface IGetMarketDataRequest
             * @augments quotewire.v1.GetMarketDataRequest.$Properties
             * @deprecated Use quotewire.v1.GetMarketDataRequest.$Properties instead.
             */

            /**
             * Shape of a GetMarketDataRequest.
             * @typedef {quotewire.v1.GetMarketDataRequest.$Properties} quotewire.v1.GetMarketDataRequest.$Shape
             */

            /**
             * Constructs a new GetMarketDataRequest.
             * @memberof quotewire.v1
             * @classdesc Represents a GetMarketDataRequest.
             * @constructor
             * @param {quotewire.v1.GetMarketDataRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GetMarketDataRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GetMarketDataRequest symbol.
             * @member {string} symbol
             * @memberof quotewire.v1.GetMarketDataRequest
             * @instance
             */
            GetMarketDataRequest.prototype.symbol = "";

            /**
             * Creates a new GetMarketDataRequest instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.GetMarketDataRequest
             * @static
             * @param {quotewire.v1.GetMarketDataRequest.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.GetMarketDataRequest} GetMarketDataRequest instance
             * @type {{
             *   (properties: quotewire.v1.GetMarketDataRequest.$Shape): quotewire.v1.GetMarketDataRequest & quotewire.v1.GetMarketDataRequest.$Shape;
             *   (properties?: quotewire.v1.GetMarketDataRequest.$Properties): quotewire.v1.GetMarketDataRequest;
             * }}
             */
            GetMarketDataRequest.create = function(properties) {
                return new GetMarketDataRequest(properties);
            };

            /**
             * Encodes the specified GetMarketDataRequest message. Does not implicitly {@link quotewire.v1.GetMarketDataRequest.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.GetMarketDataRequest
             * @static
             * @param {quotewire.v1.GetMarketDataRequest.$Properties} message GetMarketDataRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GetMarketDataRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol") && message.symbol !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.symbol);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GetMarketDataRequest message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.GetMarketDataRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.GetMarketDataRequest & quotewire.v1.GetMarketDataRequest.$Shape} GetMarketDataRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GetMarketDataRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.GetMarketDataRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.symbol = value;
                            else
                                delete message.symbol;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a GetMarketDataRequest message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.GetMarketDataRequest
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.GetMarketDataRequest} GetMarketDataRequest
             */
            GetMarketDataRequest.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.GetMarketDataRequest)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.GetMarketDataRequest: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.GetMarketDataRequest();
                if (object.symbol != null)
                    if (typeof object.symbol !== "string" || object.symbol.length)
                        message.symbol = $String(object.symbol);
                return message;
            };

            /**
             * Creates a plain object from a GetMarketDataRequest message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.GetMarketDataRequest
             * @static
             * @param {quotewire.v1.GetMarketDataRequest} message GetMarketDataRequest
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            GetMarketDataRequest.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults)
                    object.symbol = "";
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol"))
                    object.symbol = message.symbol;
                return object;
            };

            /**
             * Converts this GetMarketDataRequest to JSON.
             * @function toJSON
             * @memberof quotewire.v1.GetMarketDataRequest
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            GetMarketDataRequest.prototype.toJSON = function() {
                return GetMarketDataRequest.toObject(this, $protobuf.util.toJSONOptions);
            };

            return GetMarketDataRequest;
        })();

        v1.GetMarketDataResponse = (function() {

            /**
             * Properties of a GetMarketDataResponse.
             * @typedef {Object} quotewire.v1.GetMarketDataResponse.$Properties
             * @property {quotewire.v1.Quote.$Properties|null} [quote] GetMarketDataResponse quote
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GetMarketDataResponse.
             * @memberof quotewire.v1
             * @interface IGetMarketDataResponse
             * @augments quotewire.v1.GetMarketDataResponse.$Properties
             * @deprecated Use quotewire.v1.GetMarketDataResponse.$Properties instead.
             */

            /**
             * Shape of a GetMarketDataResponse.
             * @typedef {quotewire.v1.GetMarketDataResponse.$Properties} quotewire.v1.GetMarketDataResponse.$Shape
             */

            /**
             * Constructs a new GetMarketDataResponse.
             * @memberof quotewire.v1
             * @classdesc Represents a GetMarketDataResponse.
             * @constructor
             * @param {quotewire.v1.GetMarketDataResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GetMarketDataResponse = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GetMarketDataResponse quote.
             * @member {quotewire.v1.Quote.$Properties|null|undefined} quote
             * @memberof quotewire.v1.GetMarketDataResponse
             * @instance
             */
            GetMarketDataResponse.prototype.quote = null;

            /**
             * Creates a new GetMarketDataResponse instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.GetMarketDataResponse
             * @static
             * @param {quotewire.v1.GetMarketDataResponse.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.GetMarketDataResponse} GetMarketDataResponse instance
             * @type {{
             *   (properties: quotewire.v1.GetMarketDataResponse.$Shape): quotewire.v1.GetMarketDataResponse & quotewire.v1.GetMarketDataResponse.$Shape;
             *   (properties?: quotewire.v1.GetMarketDataResponse.$Properties): quotewire.v1.GetMarketDataResponse;
             * }}
             */
            GetMarketDataResponse.create = function(properties) {
                return new GetMarketDataResponse(properties);
            };

            /**
             * Encodes the specified GetMarketDataResponse message. Does not implicitly {@link quotewire.v1.GetMarketDataResponse.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.GetMarketDataResponse
             * @static
             * @param {quotewire.v1.GetMarketDataResponse.$Properties} message GetMarketDataResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GetMarketDataResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.quote != null && $Object.hasOwnProperty.call(message, "quote"))
                    $root.quotewire.v1.Quote.encode(message.quote, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GetMarketDataResponse message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.GetMarketDataResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.GetMarketDataResponse & quotewire.v1.GetMarketDataResponse.$Shape} GetMarketDataResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GetMarketDataResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.GetMarketDataResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.quote = $root.quotewire.v1.Quote.decode(reader, reader.size(), $undefined, _depth + 1, message.quote);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a GetMarketDataResponse message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.GetMarketDataResponse
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.GetMarketDataResponse} GetMarketDataResponse
             */
            GetMarketDataResponse.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.GetMarketDataResponse)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.GetMarketDataResponse: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.GetMarketDataResponse();
                if (object.quote != null) {
                    if (!$util.isObject(object.quote))
                        throw $TypeError(".quotewire.v1.GetMarketDataResponse.quote: object expected");
                    message.quote = $root.quotewire.v1.Quote.fromObject(object.quote, _depth + 1);
                }
                return message;
            };

            /**
             * Creates a plain object from a GetMarketDataResponse message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.GetMarketDataResponse
             * @static
             * @param {quotewire.v1.GetMarketDataResponse} message GetMarketDataResponse
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            GetMarketDataResponse.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults)
                    object.quote = null;
                if (message.quote != null && $Object.hasOwnProperty.call(message, "quote"))
                    object.quote = $root.quotewire.v1.Quote.toObject(message.quote, options, _depth + 1);
                return object;
            };

            /**
             * Converts this GetMarketDataResponse to JSON.
             * @function toJSON
             * @memberof quotewire.v1.GetMarketDataResponse
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            GetMarketDataResponse.prototype.toJSON = function() {
                return GetMarketDataResponse.toObject(this, $protobuf.util.toJSONOptions);
            };

            return GetMarketDataResponse;
        })();

        v1.GetBatchMarketDataRequest = (function() {

            /**
             * Properties of a GetBatchMarketDataRequest.
             * @typedef {Object} quotewire.v1.GetBatchMarketDataRequest.$Properties
             * @property {Array.<string>|null} [symbols] GetBatchMarketDataRequest symbols
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GetBatchMarketDataRequest.
             * @memberof quotewire.v1
             * @interface IGetBatchMarketDataRequest
             * @augments quotewire.v1.GetBatchMarketDataRequest.$Properties
             * @deprecated Use quotewire.v1.GetBatchMarketDataRequest.$Properties instead.
             */

            /**
             * Shape of a GetBatchMarketDataRequest.
             * @typedef {quotewire.v1.GetBatchMarketDataRequest.$Properties} quotewire.v1.GetBatchMarketDataRequest.$Shape
             */

            /**
             * Constructs a new GetBatchMarketDataRequest.
             * @memberof quotewire.v1
             * @classdesc Represents a GetBatchMarketDataRequest.
             * @constructor
             * @param {quotewire.v1.GetBatchMarketDataRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GetBatchMarketDataRequest = function (properties) {
                this.symbols = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GetBatchMarketDataRequest symbols.
             * @member {Array.<string>} symbols
             * @memberof quotewire.v1.GetBatchMarketDataRequest
             * @instance
             */
            GetBatchMarketDataRequest.prototype.symbols = $util.emptyArray;

            /**
             * Creates a new GetBatchMarketDataRequest instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.GetBatchMarketDataRequest
             * @static
             * @param {quotewire.v1.GetBatchMarketDataRequest.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.GetBatchMarketDataRequest} GetBatchMarketDataRequest instance
             * @type {{
             *   (properties: quotewire.v1.GetBatchMarketDataRequest.$Shape): quotewire.v1.GetBatchMarketDataRequest & quotewire.v1.GetBatchMarketDataRequest.$Shape;
             *   (properties?: quotewire.v1.GetBatchMarketDataRequest.$Properties): quotewire.v1.GetBatchMarketDataRequest;
             * }}
             */
            GetBatchMarketDataRequest.create = function(properties) {
                return new GetBatchMarketDataRequest(properties);
            };

            /**
             * Encodes the specified GetBatchMarketDataRequest message. Does not implicitly {@link quotewire.v1.GetBatchMarketDataRequest.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.GetBatchMarketDataRequest
             * @static
             * @param {quotewire.v1.GetBatchMarketDataRequest.$Properties} message GetBatchMarketDataRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GetBatchMarketDataRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.symbols != null && message.symbols.length)
                    for (let i = 0; i < message.symbols.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.symbols[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GetBatchMarketDataRequest message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.GetBatchMarketDataRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.GetBatchMarketDataRequest & quotewire.v1.GetBatchMarketDataRequest.$Shape} GetBatchMarketDataRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GetBatchMarketDataRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.GetBatchMarketDataRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.symbols && message.symbols.length))
                                message.symbols = [];
                            message.symbols.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a GetBatchMarketDataRequest message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.GetBatchMarketDataRequest
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.GetBatchMarketDataRequest} GetBatchMarketDataRequest
             */
            GetBatchMarketDataRequest.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.GetBatchMarketDataRequest)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.GetBatchMarketDataRequest: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.GetBatchMarketDataRequest();
                if (object.symbols) {
                    if (!$Array.isArray(object.symbols))
                        throw $TypeError(".quotewire.v1.GetBatchMarketDataRequest.symbols: array expected");
                    message.symbols = $Array(object.symbols.length);
                    for (let i = 0; i < object.symbols.length; ++i)
                        message.symbols[i] = $String(object.symbols[i]);
                }
                return message;
            };

            /**
             * Creates a plain object from a GetBatchMarketDataRequest message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.GetBatchMarketDataRequest
             * @static
             * @param {quotewire.v1.GetBatchMarketDataRequest} message GetBatchMarketDataRequest
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            GetBatchMarketDataRequest.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.symbols = [];
                if (message.symbols && message.symbols.length) {
                    object.symbols = $Array(message.symbols.length);
                    for (let j = 0; j < message.symbols.length; ++j)
                        object.symbols[j] = message.symbols[j];
                }
                return object;
            };

            /**
             * Converts this GetBatchMarketDataRequest to JSON.
             * @function toJSON
             * @memberof quotewire.v1.GetBatchMarketDataRequest
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            GetBatchMarketDataRequest.prototype.toJSON = function() {
                return GetBatchMarketDataRequest.toObject(this, $protobuf.util.toJSONOptions);
            };

            return GetBatchMarketDataRequest;
        })();

        v1.GetBatchMarketDataResponse = (function() {

            /**
             * Properties of a GetBatchMarketDataResponse.
             * @typedef {Object} quotewire.v1.GetBatchMarketDataResponse.$Properties
             * @property {Array.<quotewire.v1.Quote.$Properties>|null} [quotes] GetBatchMarketDataResponse quotes
             * @property {Array.<string>|null} [missing] GetBatchMarketDataResponse missing
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GetBatchMarketDataResponse.
             * @memberof quotewire.v1
             * @interface IGetBatchMarketDataResponse
             * @augments quotewire.v1.GetBatchMarketDataResponse.$Properties
             * @deprecated Use quotewire.v1.GetBatchMarketDataResponse.$Properties instead.
             */

            /**
             * Shape of a GetBatchMarketDataResponse.
             * @typedef {quotewire.v1.GetBatchMarketDataResponse.$Properties} quotewire.v1.GetBatchMarketDataResponse.$Shape
             */

            /**
             * Constructs a new GetBatchMarketDataResponse.
             * @memberof quotewire.v1
             * @classdesc Represents a GetBatchMarketDataResponse.
             * @constructor
             * @param {quotewire.v1.GetBatchMarketDataResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GetBatchMarketDataResponse = function (properties) {
                this.quotes = [];
                this.missing = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GetBatchMarketDataResponse quotes.
             * @member {Array.<quotewire.v1.Quote.$Properties>} quotes
             * @memberof quotewire.v1.GetBatchMarketDataResponse
             * @instance
             */
            GetBatchMarketDataResponse.prototype.quotes = $util.emptyArray;

            /**
             * GetBatchMarketDataResponse missing.
             * @member {Array.<string>} missing
             * @memberof quotewire.v1.GetBatchMarketDataResponse
             * @instance
             */
            GetBatchMarketDataResponse.prototype.missing = $util.emptyArray;

            /**
             * Creates a new GetBatchMarketDataResponse instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.GetBatchMarketDataResponse
             * @static
             * @param {quotewire.v1.GetBatchMarketDataResponse.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.GetBatchMarketDataResponse} GetBatchMarketDataResponse instance
             * @type {{
             *   (properties: quotewire.v1.GetBatchMarketDataResponse.$Shape): quotewire.v1.GetBatchMarketDataResponse & quotewire.v1.GetBatchMarketDataResponse.$Shape;
             *   (properties?: quotewire.v1.GetBatchMarketDataResponse.$Properties): quotewire.v1.GetBatchMarketDataResponse;
             * }}
             */
            GetBatchMarketDataResponse.create = function(properties) {
                return new GetBatchMarketDataResponse(properties);
            };

            /**
             * Encodes the specified GetBatchMarketDataResponse message. Does not implicitly {@link quotewire.v1.GetBatchMarketDataResponse.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.GetBatchMarketDataResponse
             * @static
             * @param {quotewire.v1.GetBatchMarketDataResponse.$Properties} message GetBatchMarketDataResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GetBatchMarketDataResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.quotes != null && message.quotes.length)
                    for (let i = 0; i < message.quotes.length; ++i)
                        $root.quotewire.v1.Quote.encode(message.quotes[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.missing != null && message.missing.length)
                    for (let i = 0; i < message.missing.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.missing[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GetBatchMarketDataResponse message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.GetBatchMarketDataResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.GetBatchMarketDataResponse & quotewire.v1.GetBatchMarketDataResponse.$Shape} GetBatchMarketDataResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GetBatchMarketDataResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.GetBatchMarketDataResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.quotes && message.quotes.length))
                                message.quotes = [];
                            message.quotes.push($root.quotewire.v1.Quote.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.missing && message.missing.length))
                                message.missing = [];
                            message.missing.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a GetBatchMarketDataResponse message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.GetBatchMarketDataResponse
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.GetBatchMarketDataResponse} GetBatchMarketDataResponse
             */
            GetBatchMarketDataResponse.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.GetBatchMarketDataResponse)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.GetBatchMarketDataResponse: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.GetBatchMarketDataResponse();
                if (object.quotes) {
                    if (!$Array.isArray(object.quotes))
                        throw $TypeError(".quotewire.v1.GetBatchMarketDataResponse.quotes: array expected");
                    message.quotes = $Array(object.quotes.length);
                    for (let i = 0; i < object.quotes.length; ++i) {
                        if (!$util.isObject(object.quotes[i]))
                            throw $TypeError(".quotewire.v1.GetBatchMarketDataResponse.quotes: object expected");
                        message.quotes[i] = $root.quotewire.v1.Quote.fromObject(object.quotes[i], _depth + 1);
                    }
                }
                if (object.missing) {
                    if (!$Array.isArray(object.missing))
                        throw $TypeError(".quotewire.v1.GetBatchMarketDataResponse.missing: array expected");
                    message.missing = $Array(object.missing.length);
                    for (let i = 0; i < object.missing.length; ++i)
                        message.missing[i] = $String(object.missing[i]);
                }
                return message;
            };

            /**
             * Creates a plain object from a GetBatchMarketDataResponse message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.GetBatchMarketDataResponse
             * @static
             * @param {quotewire.v1.GetBatchMarketDataResponse} message GetBatchMarketDataResponse
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            GetBatchMarketDataResponse.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults) {
                    object.quotes = [];
                    object.missing = [];
                }
                if (message.quotes && message.quotes.length) {
                    object.quotes = $Array(message.quotes.length);
                    for (let j = 0; j < message.quotes.length; ++j)
                        object.quotes[j] = $root.quotewire.v1.Quote.toObject(message.quotes[j], options, _depth + 1);
                }
                if (message.missing && message.missing.length) {
                    object.missing = $Array(message.missing.length);
                    for (let j = 0; j < message.missing.length; ++j)
                        object.missing[j] = message.missing[j];
                }
                return object;
            };

            /**
             * Converts this GetBatchMarketDataResponse to JSON.
             * @function toJSON
             * @memberof quotewire.v1.GetBatchMarketDataResponse
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            GetBatchMarketDataResponse.prototype.toJSON = function() {
                return GetBatchMarketDataResponse.toObject(this, $protobuf.util.toJSONOptions);
            };

            return GetBatchMarketDataResponse;
        })();

        v1.StreamQuotesRequest = (function() {

            /**
             * Properties of a StreamQuotesRequest.
             * @typedef {Object} quotewire.v1.StreamQuotesRequest.$Properties
             * @property {string|null} [action] StreamQuotesRequest action
             * @property {Array.<string>|null} [symbols] StreamQuotesRequest symbols
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a StreamQuotesRequest.
             * @memberof quotewire.v1
             * @interface IStreamQuotesRequest
             * @augments quotewire.v1.StreamQuotesRequest.$Properties
             * @deprecated Use quotewire.v1.StreamQuotesRequest.$Properties instead.
             */

            /**
             * Shape of a StreamQuotesRequest.
             * @typedef {quotewire.v1.StreamQuotesRequest.$Properties} quotewire.v1.StreamQuotesRequest.$Shape
             */

            /**
             * Constructs a new StreamQuotesRequest.
             * @memberof quotewire.v1
             * @classdesc Represents a StreamQuotesRequest.
             * @constructor
             * @param {quotewire.v1.StreamQuotesRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const StreamQuotesRequest = function (properties) {
                this.symbols = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * StreamQuotesRequest action.
             * @member {string} action
             * @memberof quotewire.v1.StreamQuotesRequest
             * @instance
             */
            StreamQuotesRequest.prototype.action = "";

            /**
             * StreamQuotesRequest symbols.
             * @member {Array.<string>} symbols
             * @memberof quotewire.v1.StreamQuotesRequest
             * @instance
             */
            StreamQuotesRequest.prototype.symbols = $util.emptyArray;

            /**
             * Creates a new StreamQuotesRequest instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.StreamQuotesRequest
             * @static
             * @param {quotewire.v1.StreamQuotesRequest.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.StreamQuotesRequest} StreamQuotesRequest instance
             * @type {{
             *   (properties: quotewire.v1.StreamQuotesRequest.$Shape): quotewire.v1.StreamQuotesRequest & quotewire.v1.StreamQuotesRequest.$Shape;
             *   (properties?: quotewire.v1.StreamQuotesRequest.$Properties): quotewire.v1.StreamQuotesRequest;
             * }}
             */
            StreamQuotesRequest.create = function(properties) {
                return new StreamQuotesRequest(properties);
            };

            /**
             * Encodes the specified StreamQuotesRequest message. Does not implicitly {@link quotewire.v1.StreamQuotesRequest.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.StreamQuotesRequest
             * @static
             * @param {quotewire.v1.StreamQuotesRequest.$Properties} message StreamQuotesRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            StreamQuotesRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.action != null && $Object.hasOwnProperty.call(message, "action") && message.action !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.action);
                if (message.symbols != null && message.symbols.length)
                    for (let i = 0; i < message.symbols.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.symbols[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a StreamQuotesRequest message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.StreamQuotesRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.StreamQuotesRequest & quotewire.v1.StreamQuotesRequest.$Shape} StreamQuotesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            StreamQuotesRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.StreamQuotesRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.action = value;
                            else
                                delete message.action;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.symbols && message.symbols.length))
                                message.symbols = [];
                            message.symbols.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a StreamQuotesRequest message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.StreamQuotesRequest
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.StreamQuotesRequest} StreamQuotesRequest
             */
            StreamQuotesRequest.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.StreamQuotesRequest)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.StreamQuotesRequest: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.StreamQuotesRequest();
                if (object.action != null)
                    if (typeof object.action !== "string" || object.action.length)
                        message.action = $String(object.action);
                if (object.symbols) {
                    if (!$Array.isArray(object.symbols))
                        throw $TypeError(".quotewire.v1.StreamQuotesRequest.symbols: array expected");
                    message.symbols = $Array(object.symbols.length);
                    for (let i = 0; i < object.symbols.length; ++i)
                        message.symbols[i] = $String(object.symbols[i]);
                }
                return message;
            };

            /**
             * Creates a plain object from a StreamQuotesRequest message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.StreamQuotesRequest
             * @static
             * @param {quotewire.v1.StreamQuotesRequest} message StreamQuotesRequest
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            StreamQuotesRequest.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.symbols = [];
                if (options.defaults)
                    object.action = "";
                if (message.action != null && $Object.hasOwnProperty.call(message, "action"))
                    object.action = message.action;
                if (message.symbols && message.symbols.length) {
                    object.symbols = $Array(message.symbols.length);
                    for (let j = 0; j < message.symbols.length; ++j)
                        object.symbols[j] = message.symbols[j];
                }
                return object;
            };

            /**
             * Converts this StreamQuotesRequest to JSON.
             * @function toJSON
             * @memberof quotewire.v1.StreamQuotesRequest
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            StreamQuotesRequest.prototype.toJSON = function() {
                return StreamQuotesRequest.toObject(this, $protobuf.util.toJSONOptions);
            };

            return StreamQuotesRequest;
        })();

        v1.StreamQuotesResponse = (function() {

            /**
             * Properties of a StreamQuotesResponse.
             * @typedef {Object} quotewire.v1.StreamQuotesResponse.$Properties
             * @property {string|null} [symbol] StreamQuotesResponse symbol
             * @property {number|null} [price] StreamQuotesResponse price
             * @property {number|null} [change] StreamQuotesResponse change
             * @property {number|null} [changePercent] StreamQuotesResponse changePercent
             * @property {number|null} [timestamp] StreamQuotesResponse timestamp
             * @property {string|null} [type] StreamQuotesResponse type
             * @property {string|null} [message] StreamQuotesResponse message
             * @property {string|null} [code] StreamQuotesResponse code
             * @property {number|null} [seq] StreamQuotesResponse seq
             * @property {number|null} [epoch] StreamQuotesResponse epoch
             * @property {boolean|null} [snapshot] StreamQuotesResponse snapshot
             * @property {number|null} [bid] StreamQuotesResponse bid
             * @property {number|null} [ask] StreamQuotesResponse ask
             * @property {number|null} [volume] StreamQuotesResponse volume
             * @property {boolean|null} [delayed] StreamQuotesResponse delayed
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a StreamQuotesResponse.
             * @memberof quotewire.v1
             * @interface IStreamQuotesResponse
             * @augments quotewire.v1.StreamQuotesResponse.$Properties
             * @deprecated Use quotewire.v1.StreamQuotesResponse.$Properties instead.
             */

            /**
             * Shape of a StreamQuotesResponse.
             * @typedef {quotewire.v1.StreamQuotesResponse.$Properties} quotewire.v1.StreamQuotesResponse.$Shape
             */

            /**
             * Constructs a new StreamQuotesResponse.
             * @memberof quotewire.v1
             * @classdesc Represents a StreamQuotesResponse.
             * @constructor
             * @param {quotewire.v1.StreamQuotesResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const StreamQuotesResponse = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * StreamQuotesResponse symbol.
             * @member {string} symbol
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.symbol = "";

            /**
             * StreamQuotesResponse price.
             * @member {number} price
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.price = 0;

            /**
             * StreamQuotesResponse change.
             * @member {number} change
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.change = 0;

            /**
             * StreamQuotesResponse changePercent.
             * @member {number} changePercent
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.changePercent = 0;

            /**
             * StreamQuotesResponse timestamp.
             * @member {number} timestamp
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.timestamp = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * StreamQuotesResponse type.
             * @member {string} type
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.type = "";

            /**
             * StreamQuotesResponse message.
             * @member {string} message
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.message = "";

            /**
             * StreamQuotesResponse code.
             * @member {string} code
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.code = "";

            /**
             * StreamQuotesResponse seq.
             * @member {number} seq
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.seq = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * StreamQuotesResponse epoch.
             * @member {number} epoch
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.epoch = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * StreamQuotesResponse snapshot.
             * @member {boolean} snapshot
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.snapshot = false;

            /**
             * StreamQuotesResponse bid.
             * @member {number|null|undefined} bid
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.bid = null;

            /**
             * StreamQuotesResponse ask.
             * @member {number|null|undefined} ask
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.ask = null;

            /**
             * StreamQuotesResponse volume.
             * @member {number|null|undefined} volume
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.volume = null;

            /**
             * StreamQuotesResponse delayed.
             * @member {boolean} delayed
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             */
            StreamQuotesResponse.prototype.delayed = false;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(StreamQuotesResponse.prototype, "_bid", {
                get: $util.oneOfGetter($oneOfFields = ["bid"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(StreamQuotesResponse.prototype, "_ask", {
                get: $util.oneOfGetter($oneOfFields = ["ask"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(StreamQuotesResponse.prototype, "_volume", {
                get: $util.oneOfGetter($oneOfFields = ["volume"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new StreamQuotesResponse instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.StreamQuotesResponse
             * @static
             * @param {quotewire.v1.StreamQuotesResponse.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.StreamQuotesResponse} StreamQuotesResponse instance
             * @type {{
             *   (properties: quotewire.v1.StreamQuotesResponse.$Shape): quotewire.v1.StreamQuotesResponse & quotewire.v1.StreamQuotesResponse.$Shape;
             *   (properties?: quotewire.v1.StreamQuotesResponse.$Properties): quotewire.v1.StreamQuotesResponse;
             * }}
             */
            StreamQuotesResponse.create = function(properties) {
                return new StreamQuotesResponse(properties);
            };

            /**
             * Encodes the specified StreamQuotesResponse message. Does not implicitly {@link quotewire.v1.StreamQuotesResponse.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.StreamQuotesResponse
             * @static
             * @param {quotewire.v1.StreamQuotesResponse.$Properties} message StreamQuotesResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            StreamQuotesResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol") && message.symbol !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.symbol);
                if (message.price != null && $Object.hasOwnProperty.call(message, "price") && !$Object.is(message.price, 0))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.price);
                if (message.change != null && $Object.hasOwnProperty.call(message, "change") && !$Object.is(message.change, 0))
                    writer.uint32(/* id 3, wireType 1 =*/25).double(message.change);
                if (message.changePercent != null && $Object.hasOwnProperty.call(message, "changePercent") && !$Object.is(message.changePercent, 0))
                    writer.uint32(/* id 4, wireType 1 =*/33).double(message.changePercent);
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp") && (typeof message.timestamp === "object" ? message.timestamp.low || message.timestamp.high : message.timestamp !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.timestamp);
                if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.type);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.message);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 8, wireType 2 =*/66).string(message.code);
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq") && (typeof message.seq === "object" ? message.seq.low || message.seq.high : message.seq !== 0))
                    writer.uint32(/* id 9, wireType 0 =*/72).int64(message.seq);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch") && (typeof message.epoch === "object" ? message.epoch.low || message.epoch.high : message.epoch !== 0))
                    writer.uint32(/* id 10, wireType 0 =*/80).int64(message.epoch);
                if (message.snapshot != null && $Object.hasOwnProperty.call(message, "snapshot") && message.snapshot !== false)
                    writer.uint32(/* id 11, wireType 0 =*/88).bool(message.snapshot);
                if (message.bid != null && $Object.hasOwnProperty.call(message, "bid"))
                    writer.uint32(/* id 12, wireType 1 =*/97).double(message.bid);
                if (message.ask != null && $Object.hasOwnProperty.call(message, "ask"))
                    writer.uint32(/* id 13, wireType 1 =*/105).double(message.ask);
                if (message.volume != null && $Object.hasOwnProperty.call(message, "volume"))
                    writer.uint32(/* id 14, wireType 1 =*/113).double(message.volume);
                if (message.delayed != null && $Object.hasOwnProperty.call(message, "delayed") && message.delayed !== false)
                    writer.uint32(/* id 15, wireType 0 =*/120).bool(message.delayed);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a StreamQuotesResponse message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.StreamQuotesResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.StreamQuotesResponse & quotewire.v1.StreamQuotesResponse.$Shape} StreamQuotesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            StreamQuotesResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.StreamQuotesResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.symbol = value;
                            else
                                delete message.symbol;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.price = value;
                            else
                                delete message.price;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.change = value;
                            else
                                delete message.change;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.changePercent = value;
                            else
                                delete message.changePercent;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.timestamp = value;
                            else
                                delete message.timestamp;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.type = value;
                            else
                                delete message.type;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.seq = value;
                            else
                                delete message.seq;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.epoch = value;
                            else
                                delete message.epoch;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.snapshot = value;
                            else
                                delete message.snapshot;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 1)
                                break;
                            message.bid = reader.double();
                            message._bid = "bid";
                            continue;
                        }
                    case 13: {
                            if (wireType !== 1)
                                break;
                            message.ask = reader.double();
                            message._ask = "ask";
                            continue;
                        }
                    case 14: {
                            if (wireType !== 1)
                                break;
                            message.volume = reader.double();
                            message._volume = "volume";
                            continue;
                        }
                    case 15: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.delayed = value;
                            else
                                delete message.delayed;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a StreamQuotesResponse message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.StreamQuotesResponse
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.StreamQuotesResponse} StreamQuotesResponse
             */
            StreamQuotesResponse.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.StreamQuotesResponse)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.StreamQuotesResponse: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.StreamQuotesResponse();
                if (object.symbol != null)
                    if (typeof object.symbol !== "string" || object.symbol.length)
                        message.symbol = $String(object.symbol);
                if (object.price != null)
                    if (!$Object.is($Number(object.price), 0))
                        message.price = $Number(object.price);
                if (object.change != null)
                    if (!$Object.is($Number(object.change), 0))
                        message.change = $Number(object.change);
                if (object.changePercent != null)
                    if (!$Object.is($Number(object.changePercent), 0))
                        message.changePercent = $Number(object.changePercent);
                if (object.timestamp != null)
                    if (typeof object.timestamp === "object" ? object.timestamp.low || object.timestamp.high : $Number(object.timestamp) !== 0)
                        if ($util.Long)
                            message.timestamp = $util.Long.fromValue(object.timestamp, false);
                        else if (typeof object.timestamp === "string")
                            message.timestamp = $parseInt(object.timestamp, 10);
                        else if (typeof object.timestamp === "number")
                            message.timestamp = object.timestamp;
                        else if (typeof object.timestamp === "object")
                            message.timestamp = new $util.LongBits(object.timestamp.low >>> 0, object.timestamp.high >>> 0).toNumber();
                if (object.type != null)
                    if (typeof object.type !== "string" || object.type.length)
                        message.type = $String(object.type);
                if (object.message != null)
                    if (typeof object.message !== "string" || object.message.length)
                        message.message = $String(object.message);
                if (object.code != null)
                    if (typeof object.code !== "string" || object.code.length)
                        message.code = $String(object.code);
                if (object.seq != null)
                    if (typeof object.seq === "object" ? object.seq.low || object.seq.high : $Number(object.seq) !== 0)
                        if ($util.Long)
                            message.seq = $util.Long.fromValue(object.seq, false);
                        else if (typeof object.seq === "string")
                            message.seq = $parseInt(object.seq, 10);
                        else if (typeof object.seq === "number")
                            message.seq = object.seq;
                        else if (typeof object.seq === "object")
                            message.seq = new $util.LongBits(object.seq.low >>> 0, object.seq.high >>> 0).toNumber();
                if (object.epoch != null)
                    if (typeof object.epoch === "object" ? object.epoch.low || object.epoch.high : $Number(object.epoch) !== 0)
                        if ($util.Long)
                            message.epoch = $util.Long.fromValue(object.epoch, false);
                        else if (typeof object.epoch === "string")
                            message.epoch = $parseInt(object.epoch, 10);
                        else if (typeof object.epoch === "number")
                            message.epoch = object.epoch;
                        else if (typeof object.epoch === "object")
                            message.epoch = new $util.LongBits(object.epoch.low >>> 0, object.epoch.high >>> 0).toNumber();
                if (object.snapshot != null)
                    if (object.snapshot)
                        message.snapshot = $Boolean(object.snapshot);
                if (object.bid != null)
                    message.bid = $Number(object.bid);
                if (object.ask != null)
                    message.ask = $Number(object.ask);
                if (object.volume != null)
                    message.volume = $Number(object.volume);
                if (object.delayed != null)
                    if (object.delayed)
                        message.delayed = $Boolean(object.delayed);
                return message;
            };

            /**
             * Creates a plain object from a StreamQuotesResponse message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.StreamQuotesResponse
             * @static
             * @param {quotewire.v1.StreamQuotesResponse} message StreamQuotesResponse
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            StreamQuotesResponse.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.symbol = "";
                    object.price = 0;
                    object.change = 0;
                    object.changePercent = 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, false);
                        object.timestamp = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.timestamp = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.type = "";
                    object.message = "";
                    object.code = "";
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, false);
                        object.seq = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.seq = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, false);
                        object.epoch = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.epoch = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.snapshot = false;
                    object.delayed = false;
                }
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol"))
                    object.symbol = message.symbol;
                if (message.price != null && $Object.hasOwnProperty.call(message, "price"))
                    object.price = options.json && !$isFinite(message.price) ? $String(message.price) : message.price;
                if (message.change != null && $Object.hasOwnProperty.call(message, "change"))
                    object.change = options.json && !$isFinite(message.change) ? $String(message.change) : message.change;
                if (message.changePercent != null && $Object.hasOwnProperty.call(message, "changePercent"))
                    object.changePercent = options.json && !$isFinite(message.changePercent) ? $String(message.changePercent) : message.changePercent;
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.timestamp = typeof message.timestamp === "number" ? $BigInt(message.timestamp) : $util.Long.fromBits(message.timestamp.low >>> 0, message.timestamp.high >>> 0, false).toBigInt();
                    else if (typeof message.timestamp === "number")
                        object.timestamp = options.longs === $String ? $String(message.timestamp) : message.timestamp;
                    else
                        object.timestamp = options.longs === $String ? $util.Long.prototype.toString.call(message.timestamp) : options.longs === $Number ? new $util.LongBits(message.timestamp.low >>> 0, message.timestamp.high >>> 0).toNumber() : message.timestamp;
                if (message.type != null && $Object.hasOwnProperty.call(message, "type"))
                    object.type = message.type;
                if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                    object.message = message.message;
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    object.code = message.code;
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.seq = typeof message.seq === "number" ? $BigInt(message.seq) : $util.Long.fromBits(message.seq.low >>> 0, message.seq.high >>> 0, false).toBigInt();
                    else if (typeof message.seq === "number")
                        object.seq = options.longs === $String ? $String(message.seq) : message.seq;
                    else
                        object.seq = options.longs === $String ? $util.Long.prototype.toString.call(message.seq) : options.longs === $Number ? new $util.LongBits(message.seq.low >>> 0, message.seq.high >>> 0).toNumber() : message.seq;
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.epoch = typeof message.epoch === "number" ? $BigInt(message.epoch) : $util.Long.fromBits(message.epoch.low >>> 0, message.epoch.high >>> 0, false).toBigInt();
                    else if (typeof message.epoch === "number")
                        object.epoch = options.longs === $String ? $String(message.epoch) : message.epoch;
                    else
                        object.epoch = options.longs === $String ? $util.Long.prototype.toString.call(message.epoch) : options.longs === $Number ? new $util.LongBits(message.epoch.low >>> 0, message.epoch.high >>> 0).toNumber() : message.epoch;
                if (message.snapshot != null && $Object.hasOwnProperty.call(message, "snapshot"))
                    object.snapshot = message.snapshot;
                if (message.bid != null && $Object.hasOwnProperty.call(message, "bid"))
                    object.bid = options.json && !$isFinite(message.bid) ? $String(message.bid) : message.bid;
                if (message.ask != null && $Object.hasOwnProperty.call(message, "ask"))
                    object.ask = options.json && !$isFinite(message.ask) ? $String(message.ask) : message.ask;
                if (message.volume != null && $Object.hasOwnProperty.call(message, "volume"))
                    object.volume = options.json && !$isFinite(message.volume) ? $String(message.volume) : message.volume;
                if (message.delayed != null && $Object.hasOwnProperty.call(message, "delayed"))
                    object.delayed = message.delayed;
                return object;
            };

            /**
             * Converts this StreamQuotesResponse to JSON.
             * @function toJSON
             * @memberof quotewire.v1.StreamQuotesResponse
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            StreamQuotesResponse.prototype.toJSON = function() {
                return StreamQuotesResponse.toObject(this, $protobuf.util.toJSONOptions);
            };

            return StreamQuotesResponse;
        })();

        v1.AuthorizeRequest = (function() {

            /**
             * Properties of an AuthorizeRequest.
             * @typedef {Object} quotewire.v1.AuthorizeRequest.$Properties
             * @property {string|null} [token] AuthorizeRequest token
             * @property {Array.<string>|null} [symbols] AuthorizeRequest symbols
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AuthorizeRequest.
             * @memberof quotewire.v1
             * @interface IAuthorizeRequest
             * @augments quotewire.v1.AuthorizeRequest.$Properties
             * @deprecated Use quotewire.v1.AuthorizeRequest.$Properties instead.
             */

            /**
             * Shape of an AuthorizeRequest.
             * @typedef {quotewire.v1.AuthorizeRequest.$Properties} quotewire.v1.AuthorizeRequest.$Shape
             */

            /**
             * Constructs a new AuthorizeRequest.
             * @memberof quotewire.v1
             * @classdesc Represents an AuthorizeRequest.
             * @constructor
             * @param {quotewire.v1.AuthorizeRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AuthorizeRequest = function (properties) {
                this.symbols = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AuthorizeRequest token.
             * @member {string} token
             * @memberof quotewire.v1.AuthorizeRequest
             * @instance
             */
            AuthorizeRequest.prototype.token = "";

            /**
             * AuthorizeRequest symbols.
             * @member {Array.<string>} symbols
             * @memberof quotewire.v1.AuthorizeRequest
             * @instance
             */
            AuthorizeRequest.prototype.symbols = $util.emptyArray;

            /**
             * Creates a new AuthorizeRequest instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.AuthorizeRequest
             * @static
             * @param {quotewire.v1.AuthorizeRequest.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.AuthorizeRequest} AuthorizeRequest instance
             * @type {{
             *   (properties: quotewire.v1.AuthorizeRequest.$Shape): quotewire.v1.AuthorizeRequest & quotewire.v1.AuthorizeRequest.$Shape;
             *   (properties?: quotewire.v1.AuthorizeRequest.$Properties): quotewire.v1.AuthorizeRequest;
             * }}
             */
            AuthorizeRequest.create = function(properties) {
                return new AuthorizeRequest(properties);
            };

            /**
             * Encodes the specified AuthorizeRequest message. Does not implicitly {@link quotewire.v1.AuthorizeRequest.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.AuthorizeRequest
             * @static
             * @param {quotewire.v1.AuthorizeRequest.$Properties} message AuthorizeRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AuthorizeRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.token != null && $Object.hasOwnProperty.call(message, "token") && message.token !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.token);
                if (message.symbols != null && message.symbols.length)
                    for (let i = 0; i < message.symbols.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.symbols[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AuthorizeRequest message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.AuthorizeRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.AuthorizeRequest & quotewire.v1.AuthorizeRequest.$Shape} AuthorizeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AuthorizeRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.AuthorizeRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.token = value;
                            else
                                delete message.token;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.symbols && message.symbols.length))
                                message.symbols = [];
                            message.symbols.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates an AuthorizeRequest message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.AuthorizeRequest
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.AuthorizeRequest} AuthorizeRequest
             */
            AuthorizeRequest.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.AuthorizeRequest)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.AuthorizeRequest: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.AuthorizeRequest();
                if (object.token != null)
                    if (typeof object.token !== "string" || object.token.length)
                        message.token = $String(object.token);
                if (object.symbols) {
                    if (!$Array.isArray(object.symbols))
                        throw $TypeError(".quotewire.v1.AuthorizeRequest.symbols: array expected");
                    message.symbols = $Array(object.symbols.length);
                    for (let i = 0; i < object.symbols.length; ++i)
                        message.symbols[i] = $String(object.symbols[i]);
                }
                return message;
            };

            /**
             * Creates a plain object from an AuthorizeRequest message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.AuthorizeRequest
             * @static
             * @param {quotewire.v1.AuthorizeRequest} message AuthorizeRequest
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            AuthorizeRequest.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.symbols = [];
                if (options.defaults)
                    object.token = "";
                if (message.token != null && $Object.hasOwnProperty.call(message, "token"))
                    object.token = message.token;
                if (message.symbols && message.symbols.length) {
                    object.symbols = $Array(message.symbols.length);
                    for (let j = 0; j < message.symbols.length; ++j)
                        object.symbols[j] = message.symbols[j];
                }
                return object;
            };

            /**
             * Converts this AuthorizeRequest to JSON.
             * @function toJSON
             * @memberof quotewire.v1.AuthorizeRequest
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            AuthorizeRequest.prototype.toJSON = function() {
                return AuthorizeRequest.toObject(this, $protobuf.util.toJSONOptions);
            };

            return AuthorizeRequest;
        })();

        v1.AuthorizeResponse = (function() {

            /**
             * Properties of an AuthorizeResponse.
             * @typedef {Object} quotewire.v1.AuthorizeResponse.$Properties
             * @property {string|null} [userId] AuthorizeResponse userId
             * @property {quotewire.v1.Tier.$Properties|null} [tier] AuthorizeResponse tier
             * @property {Array.<string>|null} [allowed] AuthorizeResponse allowed
             * @property {Array.<quotewire.v1.Denial.$Properties>|null} [denied] AuthorizeResponse denied
             * @property {quotewire.v1.TierData.$Properties|null} [tierData] AuthorizeResponse tierData
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AuthorizeResponse.
             * @memberof quotewire.v1
             * @interface IAuthorizeResponse
             * @augments quotewire.v1.AuthorizeResponse.$Properties
             * @deprecated Use quotewire.v1.AuthorizeResponse.$Properties instead.
             */

            /**
             * Shape of an AuthorizeResponse.
             * @typedef {quotewire.v1.AuthorizeResponse.$Properties} quotewire.v1.AuthorizeResponse.$Shape
             */

            /**
             * Constructs a new AuthorizeResponse.
             * @memberof quotewire.v1
             * @classdesc Represents an AuthorizeResponse.
             * @constructor
             * @param {quotewire.v1.AuthorizeResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AuthorizeResponse = function (properties) {
                this.allowed = [];
                this.denied = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AuthorizeResponse userId.
             * @member {string} userId
             * @memberof quotewire.v1.AuthorizeResponse
             * @instance
             */
            AuthorizeResponse.prototype.userId = "";

            /**
             * AuthorizeResponse tier.
             * @member {quotewire.v1.Tier.$Properties|null|undefined} tier
             * @memberof quotewire.v1.AuthorizeResponse
             * @instance
             */
            AuthorizeResponse.prototype.tier = null;

            /**
             * AuthorizeResponse allowed.
             * @member {Array.<string>} allowed
             * @memberof quotewire.v1.AuthorizeResponse
             * @instance
             */
            AuthorizeResponse.prototype.allowed = $util.emptyArray;

            /**
             * AuthorizeResponse denied.
             * @member {Array.<quotewire.v1.Denial.$Properties>} denied
             * @memberof quotewire.v1.AuthorizeResponse
             * @instance
             */
            AuthorizeResponse.prototype.denied = $util.emptyArray;

            /**
             * AuthorizeResponse tierData.
             * @member {quotewire.v1.TierData.$Properties|null|undefined} tierData
             * @memberof quotewire.v1.AuthorizeResponse
             * @instance
             */
            AuthorizeResponse.prototype.tierData = null;

            /**
             * Creates a new AuthorizeResponse instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.AuthorizeResponse
             * @static
             * @param {quotewire.v1.AuthorizeResponse.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.AuthorizeResponse} AuthorizeResponse instance
             * @type {{
             *   (properties: quotewire.v1.AuthorizeResponse.$Shape): quotewire.v1.AuthorizeResponse & quotewire.v1.AuthorizeResponse.$Shape;
             *   (properties?: quotewire.v1.AuthorizeResponse.$Properties): quotewire.v1.AuthorizeResponse;
             * }}
             */
            AuthorizeResponse.create = function(properties) {
                return new AuthorizeResponse(properties);
            };

            /**
             * Encodes the specified AuthorizeResponse message. Does not implicitly {@link quotewire.v1.AuthorizeResponse.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.AuthorizeResponse
             * @static
             * @param {quotewire.v1.AuthorizeResponse.$Properties} message AuthorizeResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AuthorizeResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.userId != null && $Object.hasOwnProperty.call(message, "userId") && message.userId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.userId);
                if (message.tier != null && $Object.hasOwnProperty.call(message, "tier"))
                    $root.quotewire.v1.Tier.encode(message.tier, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.allowed != null && message.allowed.length)
                    for (let i = 0; i < message.allowed.length; ++i)
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.allowed[i]);
                if (message.denied != null && message.denied.length)
                    for (let i = 0; i < message.denied.length; ++i)
                        $root.quotewire.v1.Denial.encode(message.denied[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.tierData != null && $Object.hasOwnProperty.call(message, "tierData"))
                    $root.quotewire.v1.TierData.encode(message.tierData, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AuthorizeResponse message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.AuthorizeResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.AuthorizeResponse & quotewire.v1.AuthorizeResponse.$Shape} AuthorizeResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AuthorizeResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.AuthorizeResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.userId = value;
                            else
                                delete message.userId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.tier = $root.quotewire.v1.Tier.decode(reader, reader.size(), $undefined, _depth + 1, message.tier);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.allowed && message.allowed.length))
                                message.allowed = [];
                            message.allowed.push(reader.stringVerify());
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.denied && message.denied.length))
                                message.denied = [];
                            message.denied.push($root.quotewire.v1.Denial.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.tierData = $root.quotewire.v1.TierData.decode(reader, reader.size(), $undefined, _depth + 1, message.tierData);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates an AuthorizeResponse message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.AuthorizeResponse
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.AuthorizeResponse} AuthorizeResponse
             */
            AuthorizeResponse.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.AuthorizeResponse)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.AuthorizeResponse: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.AuthorizeResponse();
                if (object.userId != null)
                    if (typeof object.userId !== "string" || object.userId.length)
                        message.userId = $String(object.userId);
                if (object.tier != null) {
                    if (!$util.isObject(object.tier))
                        throw $TypeError(".quotewire.v1.AuthorizeResponse.tier: object expected");
                    message.tier = $root.quotewire.v1.Tier.fromObject(object.tier, _depth + 1);
                }
                if (object.allowed) {
                    if (!$Array.isArray(object.allowed))
                        throw $TypeError(".quotewire.v1.AuthorizeResponse.allowed: array expected");
                    message.allowed = $Array(object.allowed.length);
                    for (let i = 0; i < object.allowed.length; ++i)
                        message.allowed[i] = $String(object.allowed[i]);
                }
                if (object.denied) {
                    if (!$Array.isArray(object.denied))
                        throw $TypeError(".quotewire.v1.AuthorizeResponse.denied: array expected");
                    message.denied = $Array(object.denied.length);
                    for (let i = 0; i < object.denied.length; ++i) {
                        if (!$util.isObject(object.denied[i]))
                            throw $TypeError(".quotewire.v1.AuthorizeResponse.denied: object expected");
                        message.denied[i] = $root.quotewire.v1.Denial.fromObject(object.denied[i], _depth + 1);
                    }
                }
                if (object.tierData != null) {
                    if (!$util.isObject(object.tierData))
                        throw $TypeError(".quotewire.v1.AuthorizeResponse.tierData: object expected");
                    message.tierData = $root.quotewire.v1.TierData.fromObject(object.tierData, _depth + 1);
                }
                return message;
            };

            /**
             * Creates a plain object from an AuthorizeResponse message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.AuthorizeResponse
             * @static
             * @param {quotewire.v1.AuthorizeResponse} message AuthorizeResponse
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            AuthorizeResponse.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults) {
                    object.allowed = [];
                    object.denied = [];
                }
                if (options.defaults) {
                    object.userId = "";
                    object.tier = null;
                    object.tierData = null;
                }
                if (message.userId != null && $Object.hasOwnProperty.call(message, "userId"))
                    object.userId = message.userId;
                if (message.tier != null && $Object.hasOwnProperty.call(message, "tier"))
                    object.tier = $root.quotewire.v1.Tier.toObject(message.tier, options, _depth + 1);
                if (message.allowed && message.allowed.length) {
                    object.allowed = $Array(message.allowed.length);
                    for (let j = 0; j < message.allowed.length; ++j)
                        object.allowed[j] = message.allowed[j];
                }
                if (message.denied && message.denied.length) {
                    object.denied = $Array(message.denied.length);
                    for (let j = 0; j < message.denied.length; ++j)
                        object.denied[j] = $root.quotewire.v1.Denial.toObject(message.denied[j], options, _depth + 1);
                }
                if (message.tierData != null && $Object.hasOwnProperty.call(message, "tierData"))
                    object.tierData = $root.quotewire.v1.TierData.toObject(message.tierData, options, _depth + 1);
                return object;
            };

            /**
             * Converts this AuthorizeResponse to JSON.
             * @function toJSON
             * @memberof quotewire.v1.AuthorizeResponse
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            AuthorizeResponse.prototype.toJSON = function() {
                return AuthorizeResponse.toObject(this, $protobuf.util.toJSONOptions);
            };

            return AuthorizeResponse;
        })();

        v1.Tier = (function() {

            /**
             * Properties of a Tier.
             * @typedef {Object} quotewire.v1.Tier.$Properties
             * @property {string|null} [name] Tier name
             * @property {boolean|null} [allSymbols] Tier allSymbols
             * @property {number|null} [delayMs] Tier delayMs
             * @property {number|null} [maxRate] Tier maxRate
             * @property {number|null} [connections] Tier connections
             * @property {number|null} [symbols] Tier symbols
             * @property {number|null} [messagesPerSecond] Tier messagesPerSecond
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Tier.
             * @memberof quotewire.v1
             * @interface ITier
             * @augments quotewire.v1.Tier.$Properties
             * @deprecated Use quotewire.v1.Tier.$Properties instead.
             */

            /**
             * Shape of a Tier.
             * @typedef {quotewire.v1.Tier.$Properties} quotewire.v1.Tier.$Shape
             */

            /**
             * Constructs a new Tier.
             * @memberof quotewire.v1
             * @classdesc Represents a Tier.
             * @constructor
             * @param {quotewire.v1.Tier.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Tier = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Tier name.
             * @member {string} name
             * @memberof quotewire.v1.Tier
             * @instance
             */
            Tier.prototype.name = "";

            /**
             * Tier allSymbols.
             * @member {boolean} allSymbols
             * @memberof quotewire.v1.Tier
             * @instance
             */
            Tier.prototype.allSymbols = false;

            /**
             * Tier delayMs.
             * @member {number} delayMs
             * @memberof quotewire.v1.Tier
             * @instance
             */
            Tier.prototype.delayMs = 0;

            /**
             * Tier maxRate.
             * @member {number|null|undefined} maxRate
             * @memberof quotewire.v1.Tier
             * @instance
             */
            Tier.prototype.maxRate = null;

            /**
             * Tier connections.
             * @member {number|null|undefined} connections
             * @memberof quotewire.v1.Tier
             * @instance
             */
            Tier.prototype.connections = null;

            /**
             * Tier symbols.
             * @member {number|null|undefined} symbols
             * @memberof quotewire.v1.Tier
             * @instance
             */
            Tier.prototype.symbols = null;

            /**
             * Tier messagesPerSecond.
             * @member {number|null|undefined} messagesPerSecond
             * @memberof quotewire.v1.Tier
             * @instance
             */
            Tier.prototype.messagesPerSecond = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Tier.prototype, "_maxRate", {
                get: $util.oneOfGetter($oneOfFields = ["maxRate"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Tier.prototype, "_connections", {
                get: $util.oneOfGetter($oneOfFields = ["connections"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Tier.prototype, "_symbols", {
                get: $util.oneOfGetter($oneOfFields = ["symbols"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Tier.prototype, "_messagesPerSecond", {
                get: $util.oneOfGetter($oneOfFields = ["messagesPerSecond"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new Tier instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.Tier
             * @static
             * @param {quotewire.v1.Tier.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.Tier} Tier instance
             * @type {{
             *   (properties: quotewire.v1.Tier.$Shape): quotewire.v1.Tier & quotewire.v1.Tier.$Shape;
             *   (properties?: quotewire.v1.Tier.$Properties): quotewire.v1.Tier;
             * }}
             */
            Tier.create = function(properties) {
                return new Tier(properties);
            };

            /**
             * Encodes the specified Tier message. Does not implicitly {@link quotewire.v1.Tier.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.Tier
             * @static
             * @param {quotewire.v1.Tier.$Properties} message Tier message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Tier.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.allSymbols != null && $Object.hasOwnProperty.call(message, "allSymbols") && message.allSymbols !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.allSymbols);
                if (message.delayMs != null && $Object.hasOwnProperty.call(message, "delayMs") && message.delayMs !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.delayMs);
                if (message.maxRate != null && $Object.hasOwnProperty.call(message, "maxRate"))
                    writer.uint32(/* id 4, wireType 1 =*/33).double(message.maxRate);
                if (message.connections != null && $Object.hasOwnProperty.call(message, "connections"))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.connections);
                if (message.symbols != null && $Object.hasOwnProperty.call(message, "symbols"))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.symbols);
                if (message.messagesPerSecond != null && $Object.hasOwnProperty.call(message, "messagesPerSecond"))
                    writer.uint32(/* id 7, wireType 1 =*/57).double(message.messagesPerSecond);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Tier message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.Tier
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.Tier & quotewire.v1.Tier.$Shape} Tier
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Tier.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.Tier();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.allSymbols = value;
                            else
                                delete message.allSymbols;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.delayMs = value;
                            else
                                delete message.delayMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 1)
                                break;
                            message.maxRate = reader.double();
                            message._maxRate = "maxRate";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            message.connections = reader.uint32();
                            message._connections = "connections";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            message.symbols = reader.uint32();
                            message._symbols = "symbols";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 1)
                                break;
                            message.messagesPerSecond = reader.double();
                            message._messagesPerSecond = "messagesPerSecond";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a Tier message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.Tier
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.Tier} Tier
             */
            Tier.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.Tier)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.Tier: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.Tier();
                if (object.name != null)
                    if (typeof object.name !== "string" || object.name.length)
                        message.name = $String(object.name);
                if (object.allSymbols != null)
                    if (object.allSymbols)
                        message.allSymbols = $Boolean(object.allSymbols);
                if (object.delayMs != null)
                    if ($Number(object.delayMs) !== 0)
                        message.delayMs = object.delayMs >>> 0;
                if (object.maxRate != null)
                    message.maxRate = $Number(object.maxRate);
                if (object.connections != null)
                    message.connections = object.connections >>> 0;
                if (object.symbols != null)
                    message.symbols = object.symbols >>> 0;
                if (object.messagesPerSecond != null)
                    message.messagesPerSecond = $Number(object.messagesPerSecond);
                return message;
            };

            /**
             * Creates a plain object from a Tier message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.Tier
             * @static
             * @param {quotewire.v1.Tier} message Tier
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            Tier.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.name = "";
                    object.allSymbols = false;
                    object.delayMs = 0;
                }
                if (message.name != null && $Object.hasOwnProperty.call(message, "name"))
                    object.name = message.name;
                if (message.allSymbols != null && $Object.hasOwnProperty.call(message, "allSymbols"))
                    object.allSymbols = message.allSymbols;
                if (message.delayMs != null && $Object.hasOwnProperty.call(message, "delayMs"))
                    object.delayMs = message.delayMs;
                if (message.maxRate != null && $Object.hasOwnProperty.call(message, "maxRate"))
                    object.maxRate = options.json && !$isFinite(message.maxRate) ? $String(message.maxRate) : message.maxRate;
                if (message.connections != null && $Object.hasOwnProperty.call(message, "connections"))
                    object.connections = message.connections;
                if (message.symbols != null && $Object.hasOwnProperty.call(message, "symbols"))
                    object.symbols = message.symbols;
                if (message.messagesPerSecond != null && $Object.hasOwnProperty.call(message, "messagesPerSecond"))
                    object.messagesPerSecond = options.json && !$isFinite(message.messagesPerSecond) ? $String(message.messagesPerSecond) : message.messagesPerSecond;
                return object;
            };

            /**
             * Converts this Tier to JSON.
             * @function toJSON
             * @memberof quotewire.v1.Tier
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            Tier.prototype.toJSON = function() {
                return Tier.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Tier;
        })();

        v1.Denial = (function() {

            /**
             * Properties of a Denial.
             * @typedef {Object} quotewire.v1.Denial.$Properties
             * @property {string|null} [symbol] Denial symbol
             * @property {string|null} [code] Denial code
             * @property {string|null} [message] Denial message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Denial.
             * @memberof quotewire.v1
             * @interface IDenial
             * @augments quotewire.v1.Denial.$Properties
             * @deprecated Use quotewire.v1.Denial.$Properties instead.
             */

            /**
             * Shape of a Denial.
             * @typedef {quotewire.v1.Denial.$Properties} quotewire.v1.Denial.$Shape
             */

            /**
             * Constructs a new Denial.
             * @memberof quotewire.v1
             * @classdesc Represents a Denial.
             * @constructor
             * @param {quotewire.v1.Denial.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Denial = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Denial symbol.
             * @member {string} symbol
             * @memberof quotewire.v1.Denial
             * @instance
             */
            Denial.prototype.symbol = "";

            /**
             * Denial code.
             * @member {string} code
             * @memberof quotewire.v1.Denial
             * @instance
             */
            Denial.prototype.code = "";

            /**
             * Denial message.
             * @member {string} message
             * @memberof quotewire.v1.Denial
             * @instance
             */
            Denial.prototype.message = "";

            /**
             * Creates a new Denial instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.Denial
             * @static
             * @param {quotewire.v1.Denial.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.Denial} Denial instance
             * @type {{
             *   (properties: quotewire.v1.Denial.$Shape): quotewire.v1.Denial & quotewire.v1.Denial.$Shape;
             *   (properties?: quotewire.v1.Denial.$Properties): quotewire.v1.Denial;
             * }}
             */
            Denial.create = function(properties) {
                return new Denial(properties);
            };

            /**
             * Encodes the specified Denial message. Does not implicitly {@link quotewire.v1.Denial.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.Denial
             * @static
             * @param {quotewire.v1.Denial.$Properties} message Denial message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Denial.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol") && message.symbol !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.symbol);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.message);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Denial message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.Denial
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.Denial & quotewire.v1.Denial.$Shape} Denial
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Denial.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.Denial();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.symbol = value;
                            else
                                delete message.symbol;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a Denial message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.Denial
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.Denial} Denial
             */
            Denial.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.Denial)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.Denial: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.Denial();
                if (object.symbol != null)
                    if (typeof object.symbol !== "string" || object.symbol.length)
                        message.symbol = $String(object.symbol);
                if (object.code != null)
                    if (typeof object.code !== "string" || object.code.length)
                        message.code = $String(object.code);
                if (object.message != null)
                    if (typeof object.message !== "string" || object.message.length)
                        message.message = $String(object.message);
                return message;
            };

            /**
             * Creates a plain object from a Denial message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.Denial
             * @static
             * @param {quotewire.v1.Denial} message Denial
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            Denial.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.symbol = "";
                    object.code = "";
                    object.message = "";
                }
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol"))
                    object.symbol = message.symbol;
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    object.code = message.code;
                if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                    object.message = message.message;
                return object;
            };

            /**
             * Converts this Denial to JSON.
             * @function toJSON
             * @memberof quotewire.v1.Denial
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            Denial.prototype.toJSON = function() {
                return Denial.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Denial;
        })();

        v1.TierData = (function() {

            /**
             * Properties of a TierData.
             * @typedef {Object} quotewire.v1.TierData.$Properties
             * @property {number|null} [revision] TierData revision
             * @property {string|null} [digest] TierData digest
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a TierData.
             * @memberof quotewire.v1
             * @interface ITierData
             * @augments quotewire.v1.TierData.$Properties
             * @deprecated Use quotewire.v1.TierData.$Properties instead.
             */

            /**
             * Shape of a TierData.
             * @typedef {quotewire.v1.TierData.$Properties} quotewire.v1.TierData.$Shape
             */

            /**
             * Constructs a new TierData.
             * @memberof quotewire.v1
             * @classdesc Represents a TierData.
             * @constructor
             * @param {quotewire.v1.TierData.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const TierData = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * TierData revision.
             * @member {number} revision
             * @memberof quotewire.v1.TierData
             * @instance
             */
            TierData.prototype.revision = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * TierData digest.
             * @member {string} digest
             * @memberof quotewire.v1.TierData
             * @instance
             */
            TierData.prototype.digest = "";

            /**
             * Creates a new TierData instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.TierData
             * @static
             * @param {quotewire.v1.TierData.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.TierData} TierData instance
             * @type {{
             *   (properties: quotewire.v1.TierData.$Shape): quotewire.v1.TierData & quotewire.v1.TierData.$Shape;
             *   (properties?: quotewire.v1.TierData.$Properties): quotewire.v1.TierData;
             * }}
             */
            TierData.create = function(properties) {
                return new TierData(properties);
            };

            /**
             * Encodes the specified TierData message. Does not implicitly {@link quotewire.v1.TierData.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.TierData
             * @static
             * @param {quotewire.v1.TierData.$Properties} message TierData message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            TierData.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && (typeof message.revision === "object" ? message.revision.low || message.revision.high : message.revision !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.revision);
                if (message.digest != null && $Object.hasOwnProperty.call(message, "digest") && message.digest !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.digest);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a TierData message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.TierData
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.TierData & quotewire.v1.TierData.$Shape} TierData
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            TierData.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.TierData();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.revision = value;
                            else
                                delete message.revision;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.digest = value;
                            else
                                delete message.digest;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a TierData message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.TierData
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.TierData} TierData
             */
            TierData.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.TierData)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.TierData: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.TierData();
                if (object.revision != null)
                    if (typeof object.revision === "object" ? object.revision.low || object.revision.high : $Number(object.revision) !== 0)
                        if ($util.Long)
                            message.revision = $util.Long.fromValue(object.revision, false);
                        else if (typeof object.revision === "string")
                            message.revision = $parseInt(object.revision, 10);
                        else if (typeof object.revision === "number")
                            message.revision = object.revision;
                        else if (typeof object.revision === "object")
                            message.revision = new $util.LongBits(object.revision.low >>> 0, object.revision.high >>> 0).toNumber();
                if (object.digest != null)
                    if (typeof object.digest !== "string" || object.digest.length)
                        message.digest = $String(object.digest);
                return message;
            };

            /**
             * Creates a plain object from a TierData message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.TierData
             * @static
             * @param {quotewire.v1.TierData} message TierData
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            TierData.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, false);
                        object.revision = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.revision = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.digest = "";
                }
                if (message.revision != null && $Object.hasOwnProperty.call(message, "revision"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.revision = typeof message.revision === "number" ? $BigInt(message.revision) : $util.Long.fromBits(message.revision.low >>> 0, message.revision.high >>> 0, false).toBigInt();
                    else if (typeof message.revision === "number")
                        object.revision = options.longs === $String ? $String(message.revision) : message.revision;
                    else
                        object.revision = options.longs === $String ? $util.Long.prototype.toString.call(message.revision) : options.longs === $Number ? new $util.LongBits(message.revision.low >>> 0, message.revision.high >>> 0).toNumber() : message.revision;
                if (message.digest != null && $Object.hasOwnProperty.call(message, "digest"))
                    object.digest = message.digest;
                return object;
            };

            /**
             * Converts this TierData to JSON.
             * @function toJSON
             * @memberof quotewire.v1.TierData
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            TierData.prototype.toJSON = function() {
                return TierData.toObject(this, $protobuf.util.toJSONOptions);
            };

            return TierData;
        })();

        v1.ResolveTiersRequest = (function() {

            /**
             * Properties of a ResolveTiersRequest.
             * @typedef {Object} quotewire.v1.ResolveTiersRequest.$Properties
             * @property {Array.<quotewire.v1.ResolveTiersRequest.User.$Properties>|null} [users] ResolveTiersRequest users
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ResolveTiersRequest.
             * @memberof quotewire.v1
             * @interface IResolveTiersRequest
             * @augments quotewire.v1.ResolveTiersRequest.$Properties
             * @deprecated Use quotewire.v1.ResolveTiersRequest.$Properties instead.
             */

            /**
             * Shape of a ResolveTiersRequest.
             * @typedef {quotewire.v1.ResolveTiersRequest.$Properties} quotewire.v1.ResolveTiersRequest.$Shape
             */

            /**
             * Constructs a new ResolveTiersRequest.
             * @memberof quotewire.v1
             * @classdesc Represents a ResolveTiersRequest.
             * @constructor
             * @param {quotewire.v1.ResolveTiersRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ResolveTiersRequest = function (properties) {
                this.users = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ResolveTiersRequest users.
             * @member {Array.<quotewire.v1.ResolveTiersRequest.User.$Properties>} users
             * @memberof quotewire.v1.ResolveTiersRequest
             * @instance
             */
            ResolveTiersRequest.prototype.users = $util.emptyArray;

            /**
             * Creates a new ResolveTiersRequest instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.ResolveTiersRequest
             * @static
             * @param {quotewire.v1.ResolveTiersRequest.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.ResolveTiersRequest} ResolveTiersRequest instance
             * @type {{
             *   (properties: quotewire.v1.ResolveTiersRequest.$Shape): quotewire.v1.ResolveTiersRequest & quotewire.v1.ResolveTiersRequest.$Shape;
             *   (properties?: quotewire.v1.ResolveTiersRequest.$Properties): quotewire.v1.ResolveTiersRequest;
             * }}
             */
            ResolveTiersRequest.create = function(properties) {
                return new ResolveTiersRequest(properties);
            };

            /**
             * Encodes the specified ResolveTiersRequest message. Does not implicitly {@link quotewire.v1.ResolveTiersRequest.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.ResolveTiersRequest
             * @static
             * @param {quotewire.v1.ResolveTiersRequest.$Properties} message ResolveTiersRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ResolveTiersRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.users != null && message.users.length)
                    for (let i = 0; i < message.users.length; ++i)
                        $root.quotewire.v1.ResolveTiersRequest.User.encode(message.users[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ResolveTiersRequest message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.ResolveTiersRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.ResolveTiersRequest & quotewire.v1.ResolveTiersRequest.$Shape} ResolveTiersRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ResolveTiersRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.ResolveTiersRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.users && message.users.length))
                                message.users = [];
                            message.users.push($root.quotewire.v1.ResolveTiersRequest.User.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a ResolveTiersRequest message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.ResolveTiersRequest
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.ResolveTiersRequest} ResolveTiersRequest
             */
            ResolveTiersRequest.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.ResolveTiersRequest)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.ResolveTiersRequest: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.ResolveTiersRequest();
                if (object.users) {
                    if (!$Array.isArray(object.users))
                        throw $TypeError(".quotewire.v1.ResolveTiersRequest.users: array expected");
                    message.users = $Array(object.users.length);
                    for (let i = 0; i < object.users.length; ++i) {
                        if (!$util.isObject(object.users[i]))
                            throw $TypeError(".quotewire.v1.ResolveTiersRequest.users: object expected");
                        message.users[i] = $root.quotewire.v1.ResolveTiersRequest.User.fromObject(object.users[i], _depth + 1);
                    }
                }
                return message;
            };

            /**
             * Creates a plain object from a ResolveTiersRequest message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.ResolveTiersRequest
             * @static
             * @param {quotewire.v1.ResolveTiersRequest} message ResolveTiersRequest
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            ResolveTiersRequest.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.users = [];
                if (message.users && message.users.length) {
                    object.users = $Array(message.users.length);
                    for (let j = 0; j < message.users.length; ++j)
                        object.users[j] = $root.quotewire.v1.ResolveTiersRequest.User.toObject(message.users[j], options, _depth + 1);
                }
                return object;
            };

            /**
             * Converts this ResolveTiersRequest to JSON.
             * @function toJSON
             * @memberof quotewire.v1.ResolveTiersRequest
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            ResolveTiersRequest.prototype.toJSON = function() {
                return ResolveTiersRequest.toObject(this, $protobuf.util.toJSONOptions);
            };

            ResolveTiersRequest.User = (function() {

                /**
                 * Properties of a User.
                 * @typedef {Object} quotewire.v1.ResolveTiersRequest.User.$Properties
                 * @property {string|null} [id] User id
                 * @property {string|null} [claimedTier] User claimedTier
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */

                /**
                 * Properties of a User.
                 * @memberof quotewire.v1.ResolveTiersRequest
                 * @interface IUser
                 * @augments quotewire.v1.ResolveTiersRequest.User.$Properties
                 * @deprecated Use quotewire.v1.ResolveTiersRequest.User.$Properties instead.
                 */

                /**
                 * Shape of a User.
                 * @typedef {quotewire.v1.ResolveTiersRequest.User.$Properties} quotewire.v1.ResolveTiersRequest.User.$Shape
                 */

                /**
                 * Constructs a new User.
                 * @memberof quotewire.v1.ResolveTiersRequest
                 * @classdesc Represents a User.
                 * @constructor
                 * @param {quotewire.v1.ResolveTiersRequest.User.$Properties=} [properties] Properties to set
                 * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
                 */
                const User = function (properties) {
                    if (properties)
                        for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                            if (properties[keys[i]] != null && keys[i] !== "__proto__")
                                this[keys[i]] = properties[keys[i]];
                };

                /**
                 * User id.
                 * @member {string} id
                 * @memberof quotewire.v1.ResolveTiersRequest.User
                 * @instance
                 */
                User.prototype.id = "";

                /**
                 * User claimedTier.
                 * @member {string} claimedTier
                 * @memberof quotewire.v1.ResolveTiersRequest.User
                 * @instance
                 */
                User.prototype.claimedTier = "";

                /**
                 * Creates a new User instance using the specified properties.
                 * @function create
                 * @memberof quotewire.v1.ResolveTiersRequest.User
                 * @static
                 * @param {quotewire.v1.ResolveTiersRequest.User.$Properties=} [properties] Properties to set
                 * @returns {quotewire.v1.ResolveTiersRequest.User} User instance
                 * @type {{
                 *   (properties: quotewire.v1.ResolveTiersRequest.User.$Shape): quotewire.v1.ResolveTiersRequest.User & quotewire.v1.ResolveTiersRequest.User.$Shape;
                 *   (properties?: quotewire.v1.ResolveTiersRequest.User.$Properties): quotewire.v1.ResolveTiersRequest.User;
                 * }}
                 */
                User.create = function(properties) {
                    return new User(properties);
                };

                /**
                 * Encodes the specified User message. Does not implicitly {@link quotewire.v1.ResolveTiersRequest.User.verify|verify} messages.
                 * @function encode
                 * @memberof quotewire.v1.ResolveTiersRequest.User
                 * @static
                 * @param {quotewire.v1.ResolveTiersRequest.User.$Properties} message User message or plain object to encode
                 * @param {$protobuf.Writer} [writer] Writer to encode to
                 * @returns {$protobuf.Writer} Writer
                 */
                User.encode = function (message, writer, _depth) {
                    if (!writer)
                        writer = $Writer.create();
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                    if (message.claimedTier != null && $Object.hasOwnProperty.call(message, "claimedTier") && message.claimedTier !== "")
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.claimedTier);
                    if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                        for (let i = 0; i < message.$unknowns.length; ++i)
                            writer.raw(message.$unknowns[i]);
                    return writer;
                };

                /**
                 * Decodes a User message from the specified reader or buffer.
                 * @function decode
                 * @memberof quotewire.v1.ResolveTiersRequest.User
                 * @static
                 * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
                 * @param {number} [length] Message length if known beforehand
                 * @returns {quotewire.v1.ResolveTiersRequest.User & quotewire.v1.ResolveTiersRequest.User.$Shape} User
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                User.decode = function (reader, length, _end, _depth, _target) {
                    if (!(reader instanceof $Reader))
                        reader = $Reader.create(reader);
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $Reader.recursionLimit)
                        throw $Error("max depth exceeded");
                    let end, message, value;
                    if (length === $undefined)
                        end = reader.len;
                    else {
                        end = reader.pos + length;
                        if (end > reader.len)
                            throw $RangeError("index out of range");
                        length = reader.len;
                        reader.len = end;
                    }
                    message = _target || new $root.quotewire.v1.ResolveTiersRequest.User();
                    while (reader.pos < end) {
                        let start = reader.pos;
                        let tag = reader.tag();
                        if (tag === _end) {
                            _end = $undefined;
                            break;
                        }
                        let wireType = tag & 7;
                        switch (tag >>>= 3) {
                        case 1: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.id = value;
                                else
                                    delete message.id;
                                continue;
                            }
                        case 2: {
                                if (wireType !== 2)
                                    break;
                                if ((value = reader.stringVerify()).length)
                                    message.claimedTier = value;
                                else
                                    delete message.claimedTier;
                                continue;
                            }
                        }
                        reader.skipType(wireType, _depth, tag);
                        if (!reader.discardUnknown) {
                            $util.makeProp(message, "$unknowns", false);
                            (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                        }
                    }
                    if (length !== $undefined) {
                        if (reader.pos !== end)
                            throw $RangeError("index out of range");
                        reader.len = length;
                    }
                    if (_end !== $undefined)
                        throw $Error("missing end group");
                    return message;
                };

                /**
                 * Creates a User message from a plain object. Also converts values to their respective internal types.
                 * @function fromObject
                 * @memberof quotewire.v1.ResolveTiersRequest.User
                 * @static
                 * @param {Object.<string,*>} object Plain object
                 * @returns {quotewire.v1.ResolveTiersRequest.User} User
                 */
                User.fromObject = function (object, _depth) {
                    if (object instanceof $root.quotewire.v1.ResolveTiersRequest.User)
                        return object;
                    if (!$util.isObject(object))
                        throw $TypeError(".quotewire.v1.ResolveTiersRequest.User: object expected");
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let message = new $root.quotewire.v1.ResolveTiersRequest.User();
                    if (object.id != null)
                        if (typeof object.id !== "string" || object.id.length)
                            message.id = $String(object.id);
                    if (object.claimedTier != null)
                        if (typeof object.claimedTier !== "string" || object.claimedTier.length)
                            message.claimedTier = $String(object.claimedTier);
                    return message;
                };

                /**
                 * Creates a plain object from a User message. Also converts values to other types if specified.
                 * @function toObject
                 * @memberof quotewire.v1.ResolveTiersRequest.User
                 * @static
                 * @param {quotewire.v1.ResolveTiersRequest.User} message User
                 * @param {$protobuf.IConversionOptions} [options] Conversion options
                 * @returns {Object.<string,*>} Plain object
                 */
                User.toObject = function (message, options, _depth) {
                    if (!options)
                        options = {};
                    if (_depth === $undefined)
                        _depth = 0;
                    if (_depth > $util.recursionLimit)
                        throw $Error("max depth exceeded");
                    let object = {};
                    if (options.defaults) {
                        object.id = "";
                        object.claimedTier = "";
                    }
                    if (message.id != null && $Object.hasOwnProperty.call(message, "id"))
                        object.id = message.id;
                    if (message.claimedTier != null && $Object.hasOwnProperty.call(message, "claimedTier"))
                        object.claimedTier = message.claimedTier;
                    return object;
                };

                /**
                 * Converts this User to JSON.
                 * @function toJSON
                 * @memberof quotewire.v1.ResolveTiersRequest.User
                 * @instance
                 * @returns {Object.<string,*>} JSON object
                 */
                User.prototype.toJSON = function() {
                    return User.toObject(this, $protobuf.util.toJSONOptions);
                };

                return User;
            })();

            return ResolveTiersRequest;
        })();

        v1.ResolveTiersResponse = (function() {

            /**
             * Properties of a ResolveTiersResponse.
             * @typedef {Object} quotewire.v1.ResolveTiersResponse.$Properties
             * @property {Array.<string>|null} [names] ResolveTiersResponse names
             * @property {Array.<quotewire.v1.Tier.$Properties>|null} [tiers] ResolveTiersResponse tiers
             * @property {quotewire.v1.TierData.$Properties|null} [tierData] ResolveTiersResponse tierData
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ResolveTiersResponse.
             * @memberof quotewire.v1
             * @interface IResolveTiersResponse
             * @augments quotewire.v1.ResolveTiersResponse.$Properties
             * @deprecated Use quotewire.v1.ResolveTiersResponse.$Properties instead.
             */

            /**
             * Shape of a ResolveTiersResponse.
             * @typedef {quotewire.v1.ResolveTiersResponse.$Properties} quotewire.v1.ResolveTiersResponse.$Shape
             */

            /**
             * Constructs a new ResolveTiersResponse.
             * @memberof quotewire.v1
             * @classdesc Represents a ResolveTiersResponse.
             * @constructor
             * @param {quotewire.v1.ResolveTiersResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ResolveTiersResponse = function (properties) {
                this.names = [];
                this.tiers = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ResolveTiersResponse names.
             * @member {Array.<string>} names
             * @memberof quotewire.v1.ResolveTiersResponse
             * @instance
             */
            ResolveTiersResponse.prototype.names = $util.emptyArray;

            /**
             * ResolveTiersResponse tiers.
             * @member {Array.<quotewire.v1.Tier.$Properties>} tiers
             * @memberof quotewire.v1.ResolveTiersResponse
             * @instance
             */
            ResolveTiersResponse.prototype.tiers = $util.emptyArray;

            /**
             * ResolveTiersResponse tierData.
             * @member {quotewire.v1.TierData.$Properties|null|undefined} tierData
             * @memberof quotewire.v1.ResolveTiersResponse
             * @instance
             */
            ResolveTiersResponse.prototype.tierData = null;

            /**
             * Creates a new ResolveTiersResponse instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.ResolveTiersResponse
             * @static
             * @param {quotewire.v1.ResolveTiersResponse.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.ResolveTiersResponse} ResolveTiersResponse instance
             * @type {{
             *   (properties: quotewire.v1.ResolveTiersResponse.$Shape): quotewire.v1.ResolveTiersResponse & quotewire.v1.ResolveTiersResponse.$Shape;
             *   (properties?: quotewire.v1.ResolveTiersResponse.$Properties): quotewire.v1.ResolveTiersResponse;
             * }}
             */
            ResolveTiersResponse.create = function(properties) {
                return new ResolveTiersResponse(properties);
            };

            /**
             * Encodes the specified ResolveTiersResponse message. Does not implicitly {@link quotewire.v1.ResolveTiersResponse.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.ResolveTiersResponse
             * @static
             * @param {quotewire.v1.ResolveTiersResponse.$Properties} message ResolveTiersResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ResolveTiersResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.names != null && message.names.length)
                    for (let i = 0; i < message.names.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.names[i]);
                if (message.tiers != null && message.tiers.length)
                    for (let i = 0; i < message.tiers.length; ++i)
                        $root.quotewire.v1.Tier.encode(message.tiers[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.tierData != null && $Object.hasOwnProperty.call(message, "tierData"))
                    $root.quotewire.v1.TierData.encode(message.tierData, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ResolveTiersResponse message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.ResolveTiersResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.ResolveTiersResponse & quotewire.v1.ResolveTiersResponse.$Shape} ResolveTiersResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ResolveTiersResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.ResolveTiersResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.names && message.names.length))
                                message.names = [];
                            message.names.push(reader.stringVerify());
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.tiers && message.tiers.length))
                                message.tiers = [];
                            message.tiers.push($root.quotewire.v1.Tier.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.tierData = $root.quotewire.v1.TierData.decode(reader, reader.size(), $undefined, _depth + 1, message.tierData);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a ResolveTiersResponse message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.ResolveTiersResponse
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.ResolveTiersResponse} ResolveTiersResponse
             */
            ResolveTiersResponse.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.ResolveTiersResponse)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.ResolveTiersResponse: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.ResolveTiersResponse();
                if (object.names) {
                    if (!$Array.isArray(object.names))
                        throw $TypeError(".quotewire.v1.ResolveTiersResponse.names: array expected");
                    message.names = $Array(object.names.length);
                    for (let i = 0; i < object.names.length; ++i)
                        message.names[i] = $String(object.names[i]);
                }
                if (object.tiers) {
                    if (!$Array.isArray(object.tiers))
                        throw $TypeError(".quotewire.v1.ResolveTiersResponse.tiers: array expected");
                    message.tiers = $Array(object.tiers.length);
                    for (let i = 0; i < object.tiers.length; ++i) {
                        if (!$util.isObject(object.tiers[i]))
                            throw $TypeError(".quotewire.v1.ResolveTiersResponse.tiers: object expected");
                        message.tiers[i] = $root.quotewire.v1.Tier.fromObject(object.tiers[i], _depth + 1);
                    }
                }
                if (object.tierData != null) {
                    if (!$util.isObject(object.tierData))
                        throw $TypeError(".quotewire.v1.ResolveTiersResponse.tierData: object expected");
                    message.tierData = $root.quotewire.v1.TierData.fromObject(object.tierData, _depth + 1);
                }
                return message;
            };

            /**
             * Creates a plain object from a ResolveTiersResponse message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.ResolveTiersResponse
             * @static
             * @param {quotewire.v1.ResolveTiersResponse} message ResolveTiersResponse
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            ResolveTiersResponse.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults) {
                    object.names = [];
                    object.tiers = [];
                }
                if (options.defaults)
                    object.tierData = null;
                if (message.names && message.names.length) {
                    object.names = $Array(message.names.length);
                    for (let j = 0; j < message.names.length; ++j)
                        object.names[j] = message.names[j];
                }
                if (message.tiers && message.tiers.length) {
                    object.tiers = $Array(message.tiers.length);
                    for (let j = 0; j < message.tiers.length; ++j)
                        object.tiers[j] = $root.quotewire.v1.Tier.toObject(message.tiers[j], options, _depth + 1);
                }
                if (message.tierData != null && $Object.hasOwnProperty.call(message, "tierData"))
                    object.tierData = $root.quotewire.v1.TierData.toObject(message.tierData, options, _depth + 1);
                return object;
            };

            /**
             * Converts this ResolveTiersResponse to JSON.
             * @function toJSON
             * @memberof quotewire.v1.ResolveTiersResponse
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            ResolveTiersResponse.prototype.toJSON = function() {
                return ResolveTiersResponse.toObject(this, $protobuf.util.toJSONOptions);
            };

            return ResolveTiersResponse;
        })();

        v1.CheckSymbolsRequest = (function() {

            /**
             * Properties of a CheckSymbolsRequest.
             * @typedef {Object} quotewire.v1.CheckSymbolsRequest.$Properties
             * @property {string|null} [tier] CheckSymbolsRequest tier
             * @property {Array.<string>|null} [symbols] CheckSymbolsRequest symbols
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CheckSymbolsRequest.
             * @memberof quotewire.v1
             * @interface ICheckSymbolsRequest
             * @augments quotewire.v1.CheckSymbolsRequest.$Properties
             * @deprecated Use quotewire.v1.CheckSymbolsRequest.$Properties instead.
             */

            /**
             * Shape of a CheckSymbolsRequest.
             * @typedef {quotewire.v1.CheckSymbolsRequest.$Properties} quotewire.v1.CheckSymbolsRequest.$Shape
             */

            /**
             * Constructs a new CheckSymbolsRequest.
             * @memberof quotewire.v1
             * @classdesc Represents a CheckSymbolsRequest.
             * @constructor
             * @param {quotewire.v1.CheckSymbolsRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CheckSymbolsRequest = function (properties) {
                this.symbols = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CheckSymbolsRequest tier.
             * @member {string} tier
             * @memberof quotewire.v1.CheckSymbolsRequest
             * @instance
             */
            CheckSymbolsRequest.prototype.tier = "";

            /**
             * CheckSymbolsRequest symbols.
             * @member {Array.<string>} symbols
             * @memberof quotewire.v1.CheckSymbolsRequest
             * @instance
             */
            CheckSymbolsRequest.prototype.symbols = $util.emptyArray;

            /**
             * Creates a new CheckSymbolsRequest instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.CheckSymbolsRequest
             * @static
             * @param {quotewire.v1.CheckSymbolsRequest.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.CheckSymbolsRequest} CheckSymbolsRequest instance
             * @type {{
             *   (properties: quotewire.v1.CheckSymbolsRequest.$Shape): quotewire.v1.CheckSymbolsRequest & quotewire.v1.CheckSymbolsRequest.$Shape;
             *   (properties?: quotewire.v1.CheckSymbolsRequest.$Properties): quotewire.v1.CheckSymbolsRequest;
             * }}
             */
            CheckSymbolsRequest.create = function(properties) {
                return new CheckSymbolsRequest(properties);
            };

            /**
             * Encodes the specified CheckSymbolsRequest message. Does not implicitly {@link quotewire.v1.CheckSymbolsRequest.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.CheckSymbolsRequest
             * @static
             * @param {quotewire.v1.CheckSymbolsRequest.$Properties} message CheckSymbolsRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CheckSymbolsRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.tier != null && $Object.hasOwnProperty.call(message, "tier") && message.tier !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.tier);
                if (message.symbols != null && message.symbols.length)
                    for (let i = 0; i < message.symbols.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.symbols[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CheckSymbolsRequest message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.CheckSymbolsRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.CheckSymbolsRequest & quotewire.v1.CheckSymbolsRequest.$Shape} CheckSymbolsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CheckSymbolsRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.CheckSymbolsRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.tier = value;
                            else
                                delete message.tier;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.symbols && message.symbols.length))
                                message.symbols = [];
                            message.symbols.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a CheckSymbolsRequest message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.CheckSymbolsRequest
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.CheckSymbolsRequest} CheckSymbolsRequest
             */
            CheckSymbolsRequest.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.CheckSymbolsRequest)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.CheckSymbolsRequest: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.CheckSymbolsRequest();
                if (object.tier != null)
                    if (typeof object.tier !== "string" || object.tier.length)
                        message.tier = $String(object.tier);
                if (object.symbols) {
                    if (!$Array.isArray(object.symbols))
                        throw $TypeError(".quotewire.v1.CheckSymbolsRequest.symbols: array expected");
                    message.symbols = $Array(object.symbols.length);
                    for (let i = 0; i < object.symbols.length; ++i)
                        message.symbols[i] = $String(object.symbols[i]);
                }
                return message;
            };

            /**
             * Creates a plain object from a CheckSymbolsRequest message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.CheckSymbolsRequest
             * @static
             * @param {quotewire.v1.CheckSymbolsRequest} message CheckSymbolsRequest
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            CheckSymbolsRequest.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.symbols = [];
                if (options.defaults)
                    object.tier = "";
                if (message.tier != null && $Object.hasOwnProperty.call(message, "tier"))
                    object.tier = message.tier;
                if (message.symbols && message.symbols.length) {
                    object.symbols = $Array(message.symbols.length);
                    for (let j = 0; j < message.symbols.length; ++j)
                        object.symbols[j] = message.symbols[j];
                }
                return object;
            };

            /**
             * Converts this CheckSymbolsRequest to JSON.
             * @function toJSON
             * @memberof quotewire.v1.CheckSymbolsRequest
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            CheckSymbolsRequest.prototype.toJSON = function() {
                return CheckSymbolsRequest.toObject(this, $protobuf.util.toJSONOptions);
            };

            return CheckSymbolsRequest;
        })();

        v1.CheckSymbolsResponse = (function() {

            /**
             * Properties of a CheckSymbolsResponse.
             * @typedef {Object} quotewire.v1.CheckSymbolsResponse.$Properties
             * @property {Array.<quotewire.v1.Denial.$Properties>|null} [denied] CheckSymbolsResponse denied
             * @property {quotewire.v1.TierData.$Properties|null} [tierData] CheckSymbolsResponse tierData
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a CheckSymbolsResponse.
             * @memberof quotewire.v1
             * @interface ICheckSymbolsResponse
             * @augments quotewire.v1.CheckSymbolsResponse.$Properties
             * @deprecated Use quotewire.v1.CheckSymbolsResponse.$Properties instead.
             */

            /**
             * Shape of a CheckSymbolsResponse.
             * @typedef {quotewire.v1.CheckSymbolsResponse.$Properties} quotewire.v1.CheckSymbolsResponse.$Shape
             */

            /**
             * Constructs a new CheckSymbolsResponse.
             * @memberof quotewire.v1
             * @classdesc Represents a CheckSymbolsResponse.
             * @constructor
             * @param {quotewire.v1.CheckSymbolsResponse.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const CheckSymbolsResponse = function (properties) {
                this.denied = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * CheckSymbolsResponse denied.
             * @member {Array.<quotewire.v1.Denial.$Properties>} denied
             * @memberof quotewire.v1.CheckSymbolsResponse
             * @instance
             */
            CheckSymbolsResponse.prototype.denied = $util.emptyArray;

            /**
             * CheckSymbolsResponse tierData.
             * @member {quotewire.v1.TierData.$Properties|null|undefined} tierData
             * @memberof quotewire.v1.CheckSymbolsResponse
             * @instance
             */
            CheckSymbolsResponse.prototype.tierData = null;

            /**
             * Creates a new CheckSymbolsResponse instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.CheckSymbolsResponse
             * @static
             * @param {quotewire.v1.CheckSymbolsResponse.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.CheckSymbolsResponse} CheckSymbolsResponse instance
             * @type {{
             *   (properties: quotewire.v1.CheckSymbolsResponse.$Shape): quotewire.v1.CheckSymbolsResponse & quotewire.v1.CheckSymbolsResponse.$Shape;
             *   (properties?: quotewire.v1.CheckSymbolsResponse.$Properties): quotewire.v1.CheckSymbolsResponse;
             * }}
             */
            CheckSymbolsResponse.create = function(properties) {
                return new CheckSymbolsResponse(properties);
            };

            /**
             * Encodes the specified CheckSymbolsResponse message. Does not implicitly {@link quotewire.v1.CheckSymbolsResponse.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.CheckSymbolsResponse
             * @static
             * @param {quotewire.v1.CheckSymbolsResponse.$Properties} message CheckSymbolsResponse message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            CheckSymbolsResponse.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.denied != null && message.denied.length)
                    for (let i = 0; i < message.denied.length; ++i)
                        $root.quotewire.v1.Denial.encode(message.denied[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.tierData != null && $Object.hasOwnProperty.call(message, "tierData"))
                    $root.quotewire.v1.TierData.encode(message.tierData, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a CheckSymbolsResponse message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.CheckSymbolsResponse
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.CheckSymbolsResponse & quotewire.v1.CheckSymbolsResponse.$Shape} CheckSymbolsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            CheckSymbolsResponse.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.CheckSymbolsResponse();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.denied && message.denied.length))
                                message.denied = [];
                            message.denied.push($root.quotewire.v1.Denial.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.tierData = $root.quotewire.v1.TierData.decode(reader, reader.size(), $undefined, _depth + 1, message.tierData);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a CheckSymbolsResponse message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.CheckSymbolsResponse
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.CheckSymbolsResponse} CheckSymbolsResponse
             */
            CheckSymbolsResponse.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.CheckSymbolsResponse)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.CheckSymbolsResponse: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.CheckSymbolsResponse();
                if (object.denied) {
                    if (!$Array.isArray(object.denied))
                        throw $TypeError(".quotewire.v1.CheckSymbolsResponse.denied: array expected");
                    message.denied = $Array(object.denied.length);
                    for (let i = 0; i < object.denied.length; ++i) {
                        if (!$util.isObject(object.denied[i]))
                            throw $TypeError(".quotewire.v1.CheckSymbolsResponse.denied: object expected");
                        message.denied[i] = $root.quotewire.v1.Denial.fromObject(object.denied[i], _depth + 1);
                    }
                }
                if (object.tierData != null) {
                    if (!$util.isObject(object.tierData))
                        throw $TypeError(".quotewire.v1.CheckSymbolsResponse.tierData: object expected");
                    message.tierData = $root.quotewire.v1.TierData.fromObject(object.tierData, _depth + 1);
                }
                return message;
            };

            /**
             * Creates a plain object from a CheckSymbolsResponse message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.CheckSymbolsResponse
             * @static
             * @param {quotewire.v1.CheckSymbolsResponse} message CheckSymbolsResponse
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            CheckSymbolsResponse.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.denied = [];
                if (options.defaults)
                    object.tierData = null;
                if (message.denied && message.denied.length) {
                    object.denied = $Array(message.denied.length);
                    for (let j = 0; j < message.denied.length; ++j)
                        object.denied[j] = $root.quotewire.v1.Denial.toObject(message.denied[j], options, _depth + 1);
                }
                if (message.tierData != null && $Object.hasOwnProperty.call(message, "tierData"))
                    object.tierData = $root.quotewire.v1.TierData.toObject(message.tierData, options, _depth + 1);
                return object;
            };

            /**
             * Converts this CheckSymbolsResponse to JSON.
             * @function toJSON
             * @memberof quotewire.v1.CheckSymbolsResponse
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            CheckSymbolsResponse.prototype.toJSON = function() {
                return CheckSymbolsResponse.toObject(this, $protobuf.util.toJSONOptions);
            };

            return CheckSymbolsResponse;
        })();

        v1.QuoteBatchRequest = (function() {

            /**
             * Properties of a QuoteBatchRequest.
             * @typedef {Object} quotewire.v1.QuoteBatchRequest.$Properties
             * @property {quotewire.v1.QuoteBatchRequest.Action|null} [action] QuoteBatchRequest action
             * @property {number|null} [request] QuoteBatchRequest request
             * @property {Array.<string>|null} [symbols] QuoteBatchRequest symbols
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a QuoteBatchRequest.
             * @memberof quotewire.v1
             * @interface IQuoteBatchRequest
             * @augments quotewire.v1.QuoteBatchRequest.$Properties
             * @deprecated Use quotewire.v1.QuoteBatchRequest.$Properties instead.
             */

            /**
             * Shape of a QuoteBatchRequest.
             * @typedef {quotewire.v1.QuoteBatchRequest.$Properties} quotewire.v1.QuoteBatchRequest.$Shape
             */

            /**
             * Constructs a new QuoteBatchRequest.
             * @memberof quotewire.v1
             * @classdesc Represents a QuoteBatchRequest.
             * @constructor
             * @param {quotewire.v1.QuoteBatchRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const QuoteBatchRequest = function (properties) {
                this.symbols = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * QuoteBatchRequest action.
             * @member {quotewire.v1.QuoteBatchRequest.Action} action
             * @memberof quotewire.v1.QuoteBatchRequest
             * @instance
             */
            QuoteBatchRequest.prototype.action = 0;

            /**
             * QuoteBatchRequest request.
             * @member {number} request
             * @memberof quotewire.v1.QuoteBatchRequest
             * @instance
             */
            QuoteBatchRequest.prototype.request = 0;

            /**
             * QuoteBatchRequest symbols.
             * @member {Array.<string>} symbols
             * @memberof quotewire.v1.QuoteBatchRequest
             * @instance
             */
            QuoteBatchRequest.prototype.symbols = $util.emptyArray;

            /**
             * Creates a new QuoteBatchRequest instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.QuoteBatchRequest
             * @static
             * @param {quotewire.v1.QuoteBatchRequest.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.QuoteBatchRequest} QuoteBatchRequest instance
             * @type {{
             *   (properties: quotewire.v1.QuoteBatchRequest.$Shape): quotewire.v1.QuoteBatchRequest & quotewire.v1.QuoteBatchRequest.$Shape;
             *   (properties?: quotewire.v1.QuoteBatchRequest.$Properties): quotewire.v1.QuoteBatchRequest;
             * }}
             */
            QuoteBatchRequest.create = function(properties) {
                return new QuoteBatchRequest(properties);
            };

            /**
             * Encodes the specified QuoteBatchRequest message. Does not implicitly {@link quotewire.v1.QuoteBatchRequest.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.QuoteBatchRequest
             * @static
             * @param {quotewire.v1.QuoteBatchRequest.$Properties} message QuoteBatchRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            QuoteBatchRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.action != null && $Object.hasOwnProperty.call(message, "action") && message.action !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.action);
                if (message.request != null && $Object.hasOwnProperty.call(message, "request") && message.request !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.request);
                if (message.symbols != null && message.symbols.length)
                    for (let i = 0; i < message.symbols.length; ++i)
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.symbols[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a QuoteBatchRequest message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.QuoteBatchRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.QuoteBatchRequest & quotewire.v1.QuoteBatchRequest.$Shape} QuoteBatchRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            QuoteBatchRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.QuoteBatchRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.action = value;
                            else
                                delete message.action;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.request = value;
                            else
                                delete message.request;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.symbols && message.symbols.length))
                                message.symbols = [];
                            message.symbols.push(reader.stringVerify());
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a QuoteBatchRequest message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.QuoteBatchRequest
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.QuoteBatchRequest} QuoteBatchRequest
             */
            QuoteBatchRequest.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.QuoteBatchRequest)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.QuoteBatchRequest: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.QuoteBatchRequest();
                if (object.action !== 0 && (typeof object.action !== "string" || $root.quotewire.v1.QuoteBatchRequest.Action[object.action] !== 0))
                    switch (object.action) {
                    case "ACTION_UNSPECIFIED":
                    case 0:
                        message.action = 0;
                        break;
                    case "ACTION_SUBSCRIBE":
                    case 1:
                        message.action = 1;
                        break;
                    case "ACTION_UNSUBSCRIBE":
                    case 2:
                        message.action = 2;
                        break;
                    default:
                        if (typeof object.action === "number" && (object.action | 0) === object.action)
                            message.action = object.action;
                    }
                if (object.request != null)
                    if ($Number(object.request) !== 0)
                        message.request = object.request >>> 0;
                if (object.symbols) {
                    if (!$Array.isArray(object.symbols))
                        throw $TypeError(".quotewire.v1.QuoteBatchRequest.symbols: array expected");
                    message.symbols = $Array(object.symbols.length);
                    for (let i = 0; i < object.symbols.length; ++i)
                        message.symbols[i] = $String(object.symbols[i]);
                }
                return message;
            };

            /**
             * Creates a plain object from a QuoteBatchRequest message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.QuoteBatchRequest
             * @static
             * @param {quotewire.v1.QuoteBatchRequest} message QuoteBatchRequest
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            QuoteBatchRequest.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.symbols = [];
                if (options.defaults) {
                    object.action = options.enums === $String ? "ACTION_UNSPECIFIED" : 0;
                    object.request = 0;
                }
                if (message.action != null && $Object.hasOwnProperty.call(message, "action"))
                    object.action = options.enums === $String ? $root.quotewire.v1.QuoteBatchRequest.Action[message.action] === $undefined ? message.action : $root.quotewire.v1.QuoteBatchRequest.Action[message.action] : message.action;
                if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                    object.request = message.request;
                if (message.symbols && message.symbols.length) {
                    object.symbols = $Array(message.symbols.length);
                    for (let j = 0; j < message.symbols.length; ++j)
                        object.symbols[j] = message.symbols[j];
                }
                return object;
            };

            /**
             * Converts this QuoteBatchRequest to JSON.
             * @function toJSON
             * @memberof quotewire.v1.QuoteBatchRequest
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            QuoteBatchRequest.prototype.toJSON = function() {
                return QuoteBatchRequest.toObject(this, $protobuf.util.toJSONOptions);
            };

            /**
             * Action enum.
             * @name quotewire.v1.QuoteBatchRequest.Action
             * @enum {number}
             * @property {number} ACTION_UNSPECIFIED=0 ACTION_UNSPECIFIED value
             * @property {number} ACTION_SUBSCRIBE=1 ACTION_SUBSCRIBE value
             * @property {number} ACTION_UNSUBSCRIBE=2 ACTION_UNSUBSCRIBE value
             */
            QuoteBatchRequest.Action = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "ACTION_UNSPECIFIED"] = 0;
                values[valuesById[1] = "ACTION_SUBSCRIBE"] = 1;
                values[valuesById[2] = "ACTION_UNSUBSCRIBE"] = 2;
                return values;
            })();

            return QuoteBatchRequest;
        })();

        v1.QuoteBatch = (function() {

            /**
             * Properties of a QuoteBatch.
             * @typedef {Object} quotewire.v1.QuoteBatch.$Properties
             * @property {Array.<quotewire.v1.QuoteEntry.$Properties>|null} [entries] QuoteBatch entries
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a QuoteBatch.
             * @memberof quotewire.v1
             * @interface IQuoteBatch
             * @augments quotewire.v1.QuoteBatch.$Properties
             * @deprecated Use quotewire.v1.QuoteBatch.$Properties instead.
             */

            /**
             * Shape of a QuoteBatch.
             * @typedef {{
             *   entries?: Array.<quotewire.v1.QuoteEntry.$Shape>|null;
             *   $unknowns?: Array.<Uint8Array>;
             * }} quotewire.v1.QuoteBatch.$Shape
             */

            /**
             * Constructs a new QuoteBatch.
             * @memberof quotewire.v1
             * @classdesc Represents a QuoteBatch.
             * @constructor
             * @param {quotewire.v1.QuoteBatch.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const QuoteBatch = function (properties) {
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * QuoteBatch entries.
             * @member {Array.<quotewire.v1.QuoteEntry.$Properties>} entries
             * @memberof quotewire.v1.QuoteBatch
             * @instance
             */
            QuoteBatch.prototype.entries = $util.emptyArray;

            /**
             * Creates a new QuoteBatch instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.QuoteBatch
             * @static
             * @param {quotewire.v1.QuoteBatch.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.QuoteBatch} QuoteBatch instance
             * @type {{
             *   (properties: quotewire.v1.QuoteBatch.$Shape): quotewire.v1.QuoteBatch & quotewire.v1.QuoteBatch.$Shape;
             *   (properties?: quotewire.v1.QuoteBatch.$Properties): quotewire.v1.QuoteBatch;
             * }}
             */
            QuoteBatch.create = function(properties) {
                return new QuoteBatch(properties);
            };

            /**
             * Encodes the specified QuoteBatch message. Does not implicitly {@link quotewire.v1.QuoteBatch.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.QuoteBatch
             * @static
             * @param {quotewire.v1.QuoteBatch.$Properties} message QuoteBatch message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            QuoteBatch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.quotewire.v1.QuoteEntry.encode(message.entries[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a QuoteBatch message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.QuoteBatch
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.QuoteBatch & quotewire.v1.QuoteBatch.$Shape} QuoteBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            QuoteBatch.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.QuoteBatch();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.quotewire.v1.QuoteEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a QuoteBatch message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.QuoteBatch
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.QuoteBatch} QuoteBatch
             */
            QuoteBatch.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.QuoteBatch)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.QuoteBatch: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.QuoteBatch();
                if (object.entries) {
                    if (!$Array.isArray(object.entries))
                        throw $TypeError(".quotewire.v1.QuoteBatch.entries: array expected");
                    message.entries = $Array(object.entries.length);
                    for (let i = 0; i < object.entries.length; ++i) {
                        if (!$util.isObject(object.entries[i]))
                            throw $TypeError(".quotewire.v1.QuoteBatch.entries: object expected");
                        message.entries[i] = $root.quotewire.v1.QuoteEntry.fromObject(object.entries[i], _depth + 1);
                    }
                }
                return message;
            };

            /**
             * Creates a plain object from a QuoteBatch message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.QuoteBatch
             * @static
             * @param {quotewire.v1.QuoteBatch} message QuoteBatch
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            QuoteBatch.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.arrays || options.defaults)
                    object.entries = [];
                if (message.entries && message.entries.length) {
                    object.entries = $Array(message.entries.length);
                    for (let j = 0; j < message.entries.length; ++j)
                        object.entries[j] = $root.quotewire.v1.QuoteEntry.toObject(message.entries[j], options, _depth + 1);
                }
                return object;
            };

            /**
             * Converts this QuoteBatch to JSON.
             * @function toJSON
             * @memberof quotewire.v1.QuoteBatch
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            QuoteBatch.prototype.toJSON = function() {
                return QuoteBatch.toObject(this, $protobuf.util.toJSONOptions);
            };

            return QuoteBatch;
        })();

        v1.QuoteEntry = (function() {

            /**
             * Properties of a QuoteEntry.
             * @typedef {Object} quotewire.v1.QuoteEntry.$Properties
             * @property {quotewire.v1.Quote.$Properties|null} [quote] QuoteEntry quote
             * @property {quotewire.v1.Subscribed.$Properties|null} [subscribed] QuoteEntry subscribed
             * @property {quotewire.v1.Unsubscribed.$Properties|null} [unsubscribed] QuoteEntry unsubscribed
             * @property {quotewire.v1.Rejected.$Properties|null} [rejected] QuoteEntry rejected
             * @property {quotewire.v1.Heartbeat.$Properties|null} [heartbeat] QuoteEntry heartbeat
             * @property {quotewire.v1.BusLost.$Properties|null} [busLost] QuoteEntry busLost
             * @property {quotewire.v1.BusRestored.$Properties|null} [busRestored] QuoteEntry busRestored
             * @property {quotewire.v1.GoAway.$Properties|null} [goAway] QuoteEntry goAway
             * @property {quotewire.v1.TierData.$Properties|null} [tierData] QuoteEntry tierData
             * @property {"quote"|"subscribed"|"unsubscribed"|"rejected"|"heartbeat"|"busLost"|"busRestored"|"goAway"|"tierData"} [entry] QuoteEntry entry
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a QuoteEntry.
             * @memberof quotewire.v1
             * @interface IQuoteEntry
             * @augments quotewire.v1.QuoteEntry.$Properties
             * @deprecated Use quotewire.v1.QuoteEntry.$Properties instead.
             */

            /**
             * Narrowed shape of a QuoteEntry.
             * @typedef {{
             *   quote?: quotewire.v1.Quote.$Shape|null;
             *   subscribed?: quotewire.v1.Subscribed.$Shape|null;
             *   unsubscribed?: quotewire.v1.Unsubscribed.$Shape|null;
             *   rejected?: quotewire.v1.Rejected.$Shape|null;
             *   heartbeat?: quotewire.v1.Heartbeat.$Shape|null;
             *   busLost?: quotewire.v1.BusLost.$Shape|null;
             *   busRestored?: quotewire.v1.BusRestored.$Shape|null;
             *   goAway?: quotewire.v1.GoAway.$Shape|null;
             *   tierData?: quotewire.v1.TierData.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ entry?: undefined; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "quote"; quote: quotewire.v1.Quote.$Shape; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "subscribed"; quote?: null; subscribed: quotewire.v1.Subscribed.$Shape; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "unsubscribed"; quote?: null; subscribed?: null; unsubscribed: quotewire.v1.Unsubscribed.$Shape; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "rejected"; quote?: null; subscribed?: null; unsubscribed?: null; rejected: quotewire.v1.Rejected.$Shape; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "heartbeat"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat: quotewire.v1.Heartbeat.$Shape; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "busLost"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost: quotewire.v1.BusLost.$Shape; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "busRestored"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored: quotewire.v1.BusRestored.$Shape; goAway?: null; tierData?: null }|{ entry?: "goAway"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway: quotewire.v1.GoAway.$Shape; tierData?: null }|{ entry?: "tierData"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData: quotewire.v1.TierData.$Shape })
             * )} quotewire.v1.QuoteEntry.$Shape
             */

            /**
             * Constructs a new QuoteEntry.
             * @memberof quotewire.v1
             * @classdesc Represents a QuoteEntry.
             * @constructor
             * @param {quotewire.v1.QuoteEntry.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const QuoteEntry = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * QuoteEntry quote.
             * @member {quotewire.v1.Quote.$Properties|null|undefined} quote
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            QuoteEntry.prototype.quote = null;

            /**
             * QuoteEntry subscribed.
             * @member {quotewire.v1.Subscribed.$Properties|null|undefined} subscribed
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            QuoteEntry.prototype.subscribed = null;

            /**
             * QuoteEntry unsubscribed.
             * @member {quotewire.v1.Unsubscribed.$Properties|null|undefined} unsubscribed
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            QuoteEntry.prototype.unsubscribed = null;

            /**
             * QuoteEntry rejected.
             * @member {quotewire.v1.Rejected.$Properties|null|undefined} rejected
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            QuoteEntry.prototype.rejected = null;

            /**
             * QuoteEntry heartbeat.
             * @member {quotewire.v1.Heartbeat.$Properties|null|undefined} heartbeat
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            QuoteEntry.prototype.heartbeat = null;

            /**
             * QuoteEntry busLost.
             * @member {quotewire.v1.BusLost.$Properties|null|undefined} busLost
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            QuoteEntry.prototype.busLost = null;

            /**
             * QuoteEntry busRestored.
             * @member {quotewire.v1.BusRestored.$Properties|null|undefined} busRestored
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            QuoteEntry.prototype.busRestored = null;

            /**
             * QuoteEntry goAway.
             * @member {quotewire.v1.GoAway.$Properties|null|undefined} goAway
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            QuoteEntry.prototype.goAway = null;

            /**
             * QuoteEntry tierData.
             * @member {quotewire.v1.TierData.$Properties|null|undefined} tierData
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            QuoteEntry.prototype.tierData = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * QuoteEntry entry.
             * @member {"quote"|"subscribed"|"unsubscribed"|"rejected"|"heartbeat"|"busLost"|"busRestored"|"goAway"|"tierData"|undefined} entry
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             */
            $Object.defineProperty(QuoteEntry.prototype, "entry", {
                get: $util.oneOfGetter($oneOfFields = ["quote", "subscribed", "unsubscribed", "rejected", "heartbeat", "busLost", "busRestored", "goAway", "tierData"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new QuoteEntry instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.QuoteEntry
             * @static
             * @param {quotewire.v1.QuoteEntry.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.QuoteEntry} QuoteEntry instance
             * @type {{
             *   (properties: quotewire.v1.QuoteEntry.$Shape): quotewire.v1.QuoteEntry & quotewire.v1.QuoteEntry.$Shape;
             *   (properties?: quotewire.v1.QuoteEntry.$Properties): quotewire.v1.QuoteEntry;
             * }}
             */
            QuoteEntry.create = function(properties) {
                return new QuoteEntry(properties);
            };

            /**
             * Encodes the specified QuoteEntry message. Does not implicitly {@link quotewire.v1.QuoteEntry.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.QuoteEntry
             * @static
             * @param {quotewire.v1.QuoteEntry.$Properties} message QuoteEntry message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            QuoteEntry.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.quote != null && $Object.hasOwnProperty.call(message, "quote"))
                    $root.quotewire.v1.Quote.encode(message.quote, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.subscribed != null && $Object.hasOwnProperty.call(message, "subscribed"))
                    $root.quotewire.v1.Subscribed.encode(message.subscribed, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.unsubscribed != null && $Object.hasOwnProperty.call(message, "unsubscribed"))
                    $root.quotewire.v1.Unsubscribed.encode(message.unsubscribed, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.rejected != null && $Object.hasOwnProperty.call(message, "rejected"))
                    $root.quotewire.v1.Rejected.encode(message.rejected, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat"))
                    $root.quotewire.v1.Heartbeat.encode(message.heartbeat, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.busLost != null && $Object.hasOwnProperty.call(message, "busLost"))
                    $root.quotewire.v1.BusLost.encode(message.busLost, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.busRestored != null && $Object.hasOwnProperty.call(message, "busRestored"))
                    $root.quotewire.v1.BusRestored.encode(message.busRestored, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.goAway != null && $Object.hasOwnProperty.call(message, "goAway"))
                    $root.quotewire.v1.GoAway.encode(message.goAway, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.tierData != null && $Object.hasOwnProperty.call(message, "tierData"))
                    $root.quotewire.v1.TierData.encode(message.tierData, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a QuoteEntry message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.QuoteEntry
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.QuoteEntry & quotewire.v1.QuoteEntry.$Shape} QuoteEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            QuoteEntry.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.QuoteEntry();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.quote = $root.quotewire.v1.Quote.decode(reader, reader.size(), $undefined, _depth + 1, message.quote);
                            message.entry = "quote";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.subscribed = $root.quotewire.v1.Subscribed.decode(reader, reader.size(), $undefined, _depth + 1, message.subscribed);
                            message.entry = "subscribed";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.unsubscribed = $root.quotewire.v1.Unsubscribed.decode(reader, reader.size(), $undefined, _depth + 1, message.unsubscribed);
                            message.entry = "unsubscribed";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.rejected = $root.quotewire.v1.Rejected.decode(reader, reader.size(), $undefined, _depth + 1, message.rejected);
                            message.entry = "rejected";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.heartbeat = $root.quotewire.v1.Heartbeat.decode(reader, reader.size(), $undefined, _depth + 1, message.heartbeat);
                            message.entry = "heartbeat";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.busLost = $root.quotewire.v1.BusLost.decode(reader, reader.size(), $undefined, _depth + 1, message.busLost);
                            message.entry = "busLost";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.busRestored = $root.quotewire.v1.BusRestored.decode(reader, reader.size(), $undefined, _depth + 1, message.busRestored);
                            message.entry = "busRestored";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.goAway = $root.quotewire.v1.GoAway.decode(reader, reader.size(), $undefined, _depth + 1, message.goAway);
                            message.entry = "goAway";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.tierData = $root.quotewire.v1.TierData.decode(reader, reader.size(), $undefined, _depth + 1, message.tierData);
                            message.entry = "tierData";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a QuoteEntry message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.QuoteEntry
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.QuoteEntry} QuoteEntry
             */
            QuoteEntry.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.QuoteEntry)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.QuoteEntry: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.QuoteEntry();
                if (object.quote != null) {
                    if (!$util.isObject(object.quote))
                        throw $TypeError(".quotewire.v1.QuoteEntry.quote: object expected");
                    message.quote = $root.quotewire.v1.Quote.fromObject(object.quote, _depth + 1);
                }
                if (object.subscribed != null) {
                    if (!$util.isObject(object.subscribed))
                        throw $TypeError(".quotewire.v1.QuoteEntry.subscribed: object expected");
                    message.subscribed = $root.quotewire.v1.Subscribed.fromObject(object.subscribed, _depth + 1);
                }
                if (object.unsubscribed != null) {
                    if (!$util.isObject(object.unsubscribed))
                        throw $TypeError(".quotewire.v1.QuoteEntry.unsubscribed: object expected");
                    message.unsubscribed = $root.quotewire.v1.Unsubscribed.fromObject(object.unsubscribed, _depth + 1);
                }
                if (object.rejected != null) {
                    if (!$util.isObject(object.rejected))
                        throw $TypeError(".quotewire.v1.QuoteEntry.rejected: object expected");
                    message.rejected = $root.quotewire.v1.Rejected.fromObject(object.rejected, _depth + 1);
                }
                if (object.heartbeat != null) {
                    if (!$util.isObject(object.heartbeat))
                        throw $TypeError(".quotewire.v1.QuoteEntry.heartbeat: object expected");
                    message.heartbeat = $root.quotewire.v1.Heartbeat.fromObject(object.heartbeat, _depth + 1);
                }
                if (object.busLost != null) {
                    if (!$util.isObject(object.busLost))
                        throw $TypeError(".quotewire.v1.QuoteEntry.busLost: object expected");
                    message.busLost = $root.quotewire.v1.BusLost.fromObject(object.busLost, _depth + 1);
                }
                if (object.busRestored != null) {
                    if (!$util.isObject(object.busRestored))
                        throw $TypeError(".quotewire.v1.QuoteEntry.busRestored: object expected");
                    message.busRestored = $root.quotewire.v1.BusRestored.fromObject(object.busRestored, _depth + 1);
                }
                if (object.goAway != null) {
                    if (!$util.isObject(object.goAway))
                        throw $TypeError(".quotewire.v1.QuoteEntry.goAway: object expected");
                    message.goAway = $root.quotewire.v1.GoAway.fromObject(object.goAway, _depth + 1);
                }
                if (object.tierData != null) {
                    if (!$util.isObject(object.tierData))
                        throw $TypeError(".quotewire.v1.QuoteEntry.tierData: object expected");
                    message.tierData = $root.quotewire.v1.TierData.fromObject(object.tierData, _depth + 1);
                }
                return message;
            };

            /**
             * Creates a plain object from a QuoteEntry message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.QuoteEntry
             * @static
             * @param {quotewire.v1.QuoteEntry} message QuoteEntry
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            QuoteEntry.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (message.quote != null && $Object.hasOwnProperty.call(message, "quote")) {
                    object.quote = $root.quotewire.v1.Quote.toObject(message.quote, options, _depth + 1);
                    if (options.oneofs)
                        object.entry = "quote";
                }
                if (message.subscribed != null && $Object.hasOwnProperty.call(message, "subscribed")) {
                    object.subscribed = $root.quotewire.v1.Subscribed.toObject(message.subscribed, options, _depth + 1);
                    if (options.oneofs)
                        object.entry = "subscribed";
                }
                if (message.unsubscribed != null && $Object.hasOwnProperty.call(message, "unsubscribed")) {
                    object.unsubscribed = $root.quotewire.v1.Unsubscribed.toObject(message.unsubscribed, options, _depth + 1);
                    if (options.oneofs)
                        object.entry = "unsubscribed";
                }
                if (message.rejected != null && $Object.hasOwnProperty.call(message, "rejected")) {
                    object.rejected = $root.quotewire.v1.Rejected.toObject(message.rejected, options, _depth + 1);
                    if (options.oneofs)
                        object.entry = "rejected";
                }
                if (message.heartbeat != null && $Object.hasOwnProperty.call(message, "heartbeat")) {
                    object.heartbeat = $root.quotewire.v1.Heartbeat.toObject(message.heartbeat, options, _depth + 1);
                    if (options.oneofs)
                        object.entry = "heartbeat";
                }
                if (message.busLost != null && $Object.hasOwnProperty.call(message, "busLost")) {
                    object.busLost = $root.quotewire.v1.BusLost.toObject(message.busLost, options, _depth + 1);
                    if (options.oneofs)
                        object.entry = "busLost";
                }
                if (message.busRestored != null && $Object.hasOwnProperty.call(message, "busRestored")) {
                    object.busRestored = $root.quotewire.v1.BusRestored.toObject(message.busRestored, options, _depth + 1);
                    if (options.oneofs)
                        object.entry = "busRestored";
                }
                if (message.goAway != null && $Object.hasOwnProperty.call(message, "goAway")) {
                    object.goAway = $root.quotewire.v1.GoAway.toObject(message.goAway, options, _depth + 1);
                    if (options.oneofs)
                        object.entry = "goAway";
                }
                if (message.tierData != null && $Object.hasOwnProperty.call(message, "tierData")) {
                    object.tierData = $root.quotewire.v1.TierData.toObject(message.tierData, options, _depth + 1);
                    if (options.oneofs)
                        object.entry = "tierData";
                }
                return object;
            };

            /**
             * Converts this QuoteEntry to JSON.
             * @function toJSON
             * @memberof quotewire.v1.QuoteEntry
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            QuoteEntry.prototype.toJSON = function() {
                return QuoteEntry.toObject(this, $protobuf.util.toJSONOptions);
            };

            return QuoteEntry;
        })();

        v1.Quote = (function() {

            /**
             * Properties of a Quote.
             * @typedef {Object} quotewire.v1.Quote.$Properties
             * @property {string|null} [symbol] Quote symbol
             * @property {number|null} [price] Quote price
             * @property {number|null} [change] Quote change
             * @property {number|null} [changePercent] Quote changePercent
             * @property {number|null} [timestamp] Quote timestamp
             * @property {number|null} [seq] Quote seq
             * @property {number|null} [epoch] Quote epoch
             * @property {boolean|null} [snapshot] Quote snapshot
             * @property {number|null} [bid] Quote bid
             * @property {number|null} [ask] Quote ask
             * @property {number|null} [volume] Quote volume
             * @property {boolean|null} [delayed] Quote delayed
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Quote.
             * @memberof quotewire.v1
             * @interface IQuote
             * @augments quotewire.v1.Quote.$Properties
             * @deprecated Use quotewire.v1.Quote.$Properties instead.
             */

            /**
             * Shape of a Quote.
             * @typedef {quotewire.v1.Quote.$Properties} quotewire.v1.Quote.$Shape
             */

            /**
             * Constructs a new Quote.
             * @memberof quotewire.v1
             * @classdesc Represents a Quote.
             * @constructor
             * @param {quotewire.v1.Quote.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Quote = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Quote symbol.
             * @member {string} symbol
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.symbol = "";

            /**
             * Quote price.
             * @member {number} price
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.price = 0;

            /**
             * Quote change.
             * @member {number|null|undefined} change
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.change = null;

            /**
             * Quote changePercent.
             * @member {number|null|undefined} changePercent
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.changePercent = null;

            /**
             * Quote timestamp.
             * @member {number} timestamp
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.timestamp = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Quote seq.
             * @member {number|null|undefined} seq
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.seq = null;

            /**
             * Quote epoch.
             * @member {number|null|undefined} epoch
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.epoch = null;

            /**
             * Quote snapshot.
             * @member {boolean} snapshot
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.snapshot = false;

            /**
             * Quote bid.
             * @member {number|null|undefined} bid
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.bid = null;

            /**
             * Quote ask.
             * @member {number|null|undefined} ask
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.ask = null;

            /**
             * Quote volume.
             * @member {number|null|undefined} volume
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.volume = null;

            /**
             * Quote delayed.
             * @member {boolean} delayed
             * @memberof quotewire.v1.Quote
             * @instance
             */
            Quote.prototype.delayed = false;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Quote.prototype, "_change", {
                get: $util.oneOfGetter($oneOfFields = ["change"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Quote.prototype, "_changePercent", {
                get: $util.oneOfGetter($oneOfFields = ["changePercent"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Quote.prototype, "_seq", {
                get: $util.oneOfGetter($oneOfFields = ["seq"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Quote.prototype, "_epoch", {
                get: $util.oneOfGetter($oneOfFields = ["epoch"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Quote.prototype, "_bid", {
                get: $util.oneOfGetter($oneOfFields = ["bid"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Quote.prototype, "_ask", {
                get: $util.oneOfGetter($oneOfFields = ["ask"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Quote.prototype, "_volume", {
                get: $util.oneOfGetter($oneOfFields = ["volume"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new Quote instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.Quote
             * @static
             * @param {quotewire.v1.Quote.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.Quote} Quote instance
             * @type {{
             *   (properties: quotewire.v1.Quote.$Shape): quotewire.v1.Quote & quotewire.v1.Quote.$Shape;
             *   (properties?: quotewire.v1.Quote.$Properties): quotewire.v1.Quote;
             * }}
             */
            Quote.create = function(properties) {
                return new Quote(properties);
            };

            /**
             * Encodes the specified Quote message. Does not implicitly {@link quotewire.v1.Quote.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.Quote
             * @static
             * @param {quotewire.v1.Quote.$Properties} message Quote message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Quote.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol") && message.symbol !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.symbol);
                if (message.price != null && $Object.hasOwnProperty.call(message, "price") && !$Object.is(message.price, 0))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.price);
                if (message.change != null && $Object.hasOwnProperty.call(message, "change"))
                    writer.uint32(/* id 3, wireType 1 =*/25).double(message.change);
                if (message.changePercent != null && $Object.hasOwnProperty.call(message, "changePercent"))
                    writer.uint32(/* id 4, wireType 1 =*/33).double(message.changePercent);
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp") && (typeof message.timestamp === "object" ? message.timestamp.low || message.timestamp.high : message.timestamp !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).int64(message.timestamp);
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                    writer.uint32(/* id 6, wireType 0 =*/48).int64(message.seq);
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                    writer.uint32(/* id 7, wireType 0 =*/56).int64(message.epoch);
                if (message.snapshot != null && $Object.hasOwnProperty.call(message, "snapshot") && message.snapshot !== false)
                    writer.uint32(/* id 8, wireType 0 =*/64).bool(message.snapshot);
                if (message.bid != null && $Object.hasOwnProperty.call(message, "bid"))
                    writer.uint32(/* id 9, wireType 1 =*/73).double(message.bid);
                if (message.ask != null && $Object.hasOwnProperty.call(message, "ask"))
                    writer.uint32(/* id 10, wireType 1 =*/81).double(message.ask);
                if (message.volume != null && $Object.hasOwnProperty.call(message, "volume"))
                    writer.uint32(/* id 11, wireType 1 =*/89).double(message.volume);
                if (message.delayed != null && $Object.hasOwnProperty.call(message, "delayed") && message.delayed !== false)
                    writer.uint32(/* id 12, wireType 0 =*/96).bool(message.delayed);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Quote message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.Quote
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.Quote & quotewire.v1.Quote.$Shape} Quote
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Quote.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.Quote();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.symbol = value;
                            else
                                delete message.symbol;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.price = value;
                            else
                                delete message.price;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            message.change = reader.double();
                            message._change = "change";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 1)
                                break;
                            message.changePercent = reader.double();
                            message._changePercent = "changePercent";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.timestamp = value;
                            else
                                delete message.timestamp;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            message.seq = reader.int64();
                            message._seq = "seq";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            message.epoch = reader.int64();
                            message._epoch = "epoch";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.snapshot = value;
                            else
                                delete message.snapshot;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 1)
                                break;
                            message.bid = reader.double();
                            message._bid = "bid";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 1)
                                break;
                            message.ask = reader.double();
                            message._ask = "ask";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 1)
                                break;
                            message.volume = reader.double();
                            message._volume = "volume";
                            continue;
                        }
                    case 12: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.delayed = value;
                            else
                                delete message.delayed;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a Quote message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.Quote
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.Quote} Quote
             */
            Quote.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.Quote)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.Quote: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.Quote();
                if (object.symbol != null)
                    if (typeof object.symbol !== "string" || object.symbol.length)
                        message.symbol = $String(object.symbol);
                if (object.price != null)
                    if (!$Object.is($Number(object.price), 0))
                        message.price = $Number(object.price);
                if (object.change != null)
                    message.change = $Number(object.change);
                if (object.changePercent != null)
                    message.changePercent = $Number(object.changePercent);
                if (object.timestamp != null)
                    if (typeof object.timestamp === "object" ? object.timestamp.low || object.timestamp.high : $Number(object.timestamp) !== 0)
                        if ($util.Long)
                            message.timestamp = $util.Long.fromValue(object.timestamp, false);
                        else if (typeof object.timestamp === "string")
                            message.timestamp = $parseInt(object.timestamp, 10);
                        else if (typeof object.timestamp === "number")
                            message.timestamp = object.timestamp;
                        else if (typeof object.timestamp === "object")
                            message.timestamp = new $util.LongBits(object.timestamp.low >>> 0, object.timestamp.high >>> 0).toNumber();
                if (object.seq != null)
                    if ($util.Long)
                        message.seq = $util.Long.fromValue(object.seq, false);
                    else if (typeof object.seq === "string")
                        message.seq = $parseInt(object.seq, 10);
                    else if (typeof object.seq === "number")
                        message.seq = object.seq;
                    else if (typeof object.seq === "object")
                        message.seq = new $util.LongBits(object.seq.low >>> 0, object.seq.high >>> 0).toNumber();
                if (object.epoch != null)
                    if ($util.Long)
                        message.epoch = $util.Long.fromValue(object.epoch, false);
                    else if (typeof object.epoch === "string")
                        message.epoch = $parseInt(object.epoch, 10);
                    else if (typeof object.epoch === "number")
                        message.epoch = object.epoch;
                    else if (typeof object.epoch === "object")
                        message.epoch = new $util.LongBits(object.epoch.low >>> 0, object.epoch.high >>> 0).toNumber();
                if (object.snapshot != null)
                    if (object.snapshot)
                        message.snapshot = $Boolean(object.snapshot);
                if (object.bid != null)
                    message.bid = $Number(object.bid);
                if (object.ask != null)
                    message.ask = $Number(object.ask);
                if (object.volume != null)
                    message.volume = $Number(object.volume);
                if (object.delayed != null)
                    if (object.delayed)
                        message.delayed = $Boolean(object.delayed);
                return message;
            };

            /**
             * Creates a plain object from a Quote message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.Quote
             * @static
             * @param {quotewire.v1.Quote} message Quote
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            Quote.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.symbol = "";
                    object.price = 0;
                    if ($util.Long) {
                        let long = new $util.Long(0, 0, false);
                        object.timestamp = options.longs === $String ? long.toString() : options.longs === $Number ? long.toNumber() : typeof $BigInt !== "undefined" && options.longs === $BigInt ? long.toBigInt() : long;
                    } else
                        object.timestamp = options.longs === $String ? "0" : typeof $BigInt !== "undefined" && options.longs === $BigInt ? $BigInt("0") : 0;
                    object.snapshot = false;
                    object.delayed = false;
                }
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol"))
                    object.symbol = message.symbol;
                if (message.price != null && $Object.hasOwnProperty.call(message, "price"))
                    object.price = options.json && !$isFinite(message.price) ? $String(message.price) : message.price;
                if (message.change != null && $Object.hasOwnProperty.call(message, "change"))
                    object.change = options.json && !$isFinite(message.change) ? $String(message.change) : message.change;
                if (message.changePercent != null && $Object.hasOwnProperty.call(message, "changePercent"))
                    object.changePercent = options.json && !$isFinite(message.changePercent) ? $String(message.changePercent) : message.changePercent;
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.timestamp = typeof message.timestamp === "number" ? $BigInt(message.timestamp) : $util.Long.fromBits(message.timestamp.low >>> 0, message.timestamp.high >>> 0, false).toBigInt();
                    else if (typeof message.timestamp === "number")
                        object.timestamp = options.longs === $String ? $String(message.timestamp) : message.timestamp;
                    else
                        object.timestamp = options.longs === $String ? $util.Long.prototype.toString.call(message.timestamp) : options.longs === $Number ? new $util.LongBits(message.timestamp.low >>> 0, message.timestamp.high >>> 0).toNumber() : message.timestamp;
                if (message.seq != null && $Object.hasOwnProperty.call(message, "seq"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.seq = typeof message.seq === "number" ? $BigInt(message.seq) : $util.Long.fromBits(message.seq.low >>> 0, message.seq.high >>> 0, false).toBigInt();
                    else if (typeof message.seq === "number")
                        object.seq = options.longs === $String ? $String(message.seq) : message.seq;
                    else
                        object.seq = options.longs === $String ? $util.Long.prototype.toString.call(message.seq) : options.longs === $Number ? new $util.LongBits(message.seq.low >>> 0, message.seq.high >>> 0).toNumber() : message.seq;
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                    if (typeof $BigInt !== "undefined" && options.longs === $BigInt)
                        object.epoch = typeof message.epoch === "number" ? $BigInt(message.epoch) : $util.Long.fromBits(message.epoch.low >>> 0, message.epoch.high >>> 0, false).toBigInt();
                    else if (typeof message.epoch === "number")
                        object.epoch = options.longs === $String ? $String(message.epoch) : message.epoch;
                    else
                        object.epoch = options.longs === $String ? $util.Long.prototype.toString.call(message.epoch) : options.longs === $Number ? new $util.LongBits(message.epoch.low >>> 0, message.epoch.high >>> 0).toNumber() : message.epoch;
                if (message.snapshot != null && $Object.hasOwnProperty.call(message, "snapshot"))
                    object.snapshot = message.snapshot;
                if (message.bid != null && $Object.hasOwnProperty.call(message, "bid"))
                    object.bid = options.json && !$isFinite(message.bid) ? $String(message.bid) : message.bid;
                if (message.ask != null && $Object.hasOwnProperty.call(message, "ask"))
                    object.ask = options.json && !$isFinite(message.ask) ? $String(message.ask) : message.ask;
                if (message.volume != null && $Object.hasOwnProperty.call(message, "volume"))
                    object.volume = options.json && !$isFinite(message.volume) ? $String(message.volume) : message.volume;
                if (message.delayed != null && $Object.hasOwnProperty.call(message, "delayed"))
                    object.delayed = message.delayed;
                return object;
            };

            /**
             * Converts this Quote to JSON.
             * @function toJSON
             * @memberof quotewire.v1.Quote
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            Quote.prototype.toJSON = function() {
                return Quote.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Quote;
        })();

        v1.Subscribed = (function() {

            /**
             * Properties of a Subscribed.
             * @typedef {Object} quotewire.v1.Subscribed.$Properties
             * @property {number|null} [request] Subscribed request
             * @property {string|null} [symbol] Subscribed symbol
             * @property {quotewire.v1.Quote.$Properties|null} [last] Subscribed last
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Subscribed.
             * @memberof quotewire.v1
             * @interface ISubscribed
             * @augments quotewire.v1.Subscribed.$Properties
             * @deprecated Use quotewire.v1.Subscribed.$Properties instead.
             */

            /**
             * Shape of a Subscribed.
             * @typedef {quotewire.v1.Subscribed.$Properties} quotewire.v1.Subscribed.$Shape
             */

            /**
             * Constructs a new Subscribed.
             * @memberof quotewire.v1
             * @classdesc Represents a Subscribed.
             * @constructor
             * @param {quotewire.v1.Subscribed.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Subscribed = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Subscribed request.
             * @member {number} request
             * @memberof quotewire.v1.Subscribed
             * @instance
             */
            Subscribed.prototype.request = 0;

            /**
             * Subscribed symbol.
             * @member {string} symbol
             * @memberof quotewire.v1.Subscribed
             * @instance
             */
            Subscribed.prototype.symbol = "";

            /**
             * Subscribed last.
             * @member {quotewire.v1.Quote.$Properties|null|undefined} last
             * @memberof quotewire.v1.Subscribed
             * @instance
             */
            Subscribed.prototype.last = null;

            /**
             * Creates a new Subscribed instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.Subscribed
             * @static
             * @param {quotewire.v1.Subscribed.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.Subscribed} Subscribed instance
             * @type {{
             *   (properties: quotewire.v1.Subscribed.$Shape): quotewire.v1.Subscribed & quotewire.v1.Subscribed.$Shape;
             *   (properties?: quotewire.v1.Subscribed.$Properties): quotewire.v1.Subscribed;
             * }}
             */
            Subscribed.create = function(properties) {
                return new Subscribed(properties);
            };

            /**
             * Encodes the specified Subscribed message. Does not implicitly {@link quotewire.v1.Subscribed.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.Subscribed
             * @static
             * @param {quotewire.v1.Subscribed.$Properties} message Subscribed message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Subscribed.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.request != null && $Object.hasOwnProperty.call(message, "request") && message.request !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.request);
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol") && message.symbol !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.symbol);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last"))
                    $root.quotewire.v1.Quote.encode(message.last, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Subscribed message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.Subscribed
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.Subscribed & quotewire.v1.Subscribed.$Shape} Subscribed
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Subscribed.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.Subscribed();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.request = value;
                            else
                                delete message.request;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.symbol = value;
                            else
                                delete message.symbol;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.last = $root.quotewire.v1.Quote.decode(reader, reader.size(), $undefined, _depth + 1, message.last);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a Subscribed message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.Subscribed
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.Subscribed} Subscribed
             */
            Subscribed.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.Subscribed)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.Subscribed: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.Subscribed();
                if (object.request != null)
                    if ($Number(object.request) !== 0)
                        message.request = object.request >>> 0;
                if (object.symbol != null)
                    if (typeof object.symbol !== "string" || object.symbol.length)
                        message.symbol = $String(object.symbol);
                if (object.last != null) {
                    if (!$util.isObject(object.last))
                        throw $TypeError(".quotewire.v1.Subscribed.last: object expected");
                    message.last = $root.quotewire.v1.Quote.fromObject(object.last, _depth + 1);
                }
                return message;
            };

            /**
             * Creates a plain object from a Subscribed message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.Subscribed
             * @static
             * @param {quotewire.v1.Subscribed} message Subscribed
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            Subscribed.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.request = 0;
                    object.symbol = "";
                    object.last = null;
                }
                if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                    object.request = message.request;
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol"))
                    object.symbol = message.symbol;
                if (message.last != null && $Object.hasOwnProperty.call(message, "last"))
                    object.last = $root.quotewire.v1.Quote.toObject(message.last, options, _depth + 1);
                return object;
            };

            /**
             * Converts this Subscribed to JSON.
             * @function toJSON
             * @memberof quotewire.v1.Subscribed
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            Subscribed.prototype.toJSON = function() {
                return Subscribed.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Subscribed;
        })();

        v1.Unsubscribed = (function() {

            /**
             * Properties of an Unsubscribed.
             * @typedef {Object} quotewire.v1.Unsubscribed.$Properties
             * @property {number|null} [request] Unsubscribed request
             * @property {string|null} [symbol] Unsubscribed symbol
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Unsubscribed.
             * @memberof quotewire.v1
             * @interface IUnsubscribed
             * @augments quotewire.v1.Unsubscribed.$Properties
             * @deprecated Use quotewire.v1.Unsubscribed.$Properties instead.
             */

            /**
             * Shape of an Unsubscribed.
             * @typedef {quotewire.v1.Unsubscribed.$Properties} quotewire.v1.Unsubscribed.$Shape
             */

            /**
             * Constructs a new Unsubscribed.
             * @memberof quotewire.v1
             * @classdesc Represents an Unsubscribed.
             * @constructor
             * @param {quotewire.v1.Unsubscribed.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Unsubscribed = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Unsubscribed request.
             * @member {number} request
             * @memberof quotewire.v1.Unsubscribed
             * @instance
             */
            Unsubscribed.prototype.request = 0;

            /**
             * Unsubscribed symbol.
             * @member {string} symbol
             * @memberof quotewire.v1.Unsubscribed
             * @instance
             */
            Unsubscribed.prototype.symbol = "";

            /**
             * Creates a new Unsubscribed instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.Unsubscribed
             * @static
             * @param {quotewire.v1.Unsubscribed.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.Unsubscribed} Unsubscribed instance
             * @type {{
             *   (properties: quotewire.v1.Unsubscribed.$Shape): quotewire.v1.Unsubscribed & quotewire.v1.Unsubscribed.$Shape;
             *   (properties?: quotewire.v1.Unsubscribed.$Properties): quotewire.v1.Unsubscribed;
             * }}
             */
            Unsubscribed.create = function(properties) {
                return new Unsubscribed(properties);
            };

            /**
             * Encodes the specified Unsubscribed message. Does not implicitly {@link quotewire.v1.Unsubscribed.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.Unsubscribed
             * @static
             * @param {quotewire.v1.Unsubscribed.$Properties} message Unsubscribed message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Unsubscribed.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.request != null && $Object.hasOwnProperty.call(message, "request") && message.request !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.request);
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol") && message.symbol !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.symbol);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Unsubscribed message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.Unsubscribed
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.Unsubscribed & quotewire.v1.Unsubscribed.$Shape} Unsubscribed
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Unsubscribed.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.Unsubscribed();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.request = value;
                            else
                                delete message.request;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.symbol = value;
                            else
                                delete message.symbol;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates an Unsubscribed message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.Unsubscribed
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.Unsubscribed} Unsubscribed
             */
            Unsubscribed.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.Unsubscribed)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.Unsubscribed: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.Unsubscribed();
                if (object.request != null)
                    if ($Number(object.request) !== 0)
                        message.request = object.request >>> 0;
                if (object.symbol != null)
                    if (typeof object.symbol !== "string" || object.symbol.length)
                        message.symbol = $String(object.symbol);
                return message;
            };

            /**
             * Creates a plain object from an Unsubscribed message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.Unsubscribed
             * @static
             * @param {quotewire.v1.Unsubscribed} message Unsubscribed
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            Unsubscribed.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.request = 0;
                    object.symbol = "";
                }
                if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                    object.request = message.request;
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol"))
                    object.symbol = message.symbol;
                return object;
            };

            /**
             * Converts this Unsubscribed to JSON.
             * @function toJSON
             * @memberof quotewire.v1.Unsubscribed
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            Unsubscribed.prototype.toJSON = function() {
                return Unsubscribed.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Unsubscribed;
        })();

        v1.Rejected = (function() {

            /**
             * Properties of a Rejected.
             * @typedef {Object} quotewire.v1.Rejected.$Properties
             * @property {number|null} [request] Rejected request
             * @property {string|null} [symbol] Rejected symbol
             * @property {string|null} [code] Rejected code
             * @property {string|null} [message] Rejected message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Rejected.
             * @memberof quotewire.v1
             * @interface IRejected
             * @augments quotewire.v1.Rejected.$Properties
             * @deprecated Use quotewire.v1.Rejected.$Properties instead.
             */

            /**
             * Shape of a Rejected.
             * @typedef {quotewire.v1.Rejected.$Properties} quotewire.v1.Rejected.$Shape
             */

            /**
             * Constructs a new Rejected.
             * @memberof quotewire.v1
             * @classdesc Represents a Rejected.
             * @constructor
             * @param {quotewire.v1.Rejected.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Rejected = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Rejected request.
             * @member {number} request
             * @memberof quotewire.v1.Rejected
             * @instance
             */
            Rejected.prototype.request = 0;

            /**
             * Rejected symbol.
             * @member {string} symbol
             * @memberof quotewire.v1.Rejected
             * @instance
             */
            Rejected.prototype.symbol = "";

            /**
             * Rejected code.
             * @member {string} code
             * @memberof quotewire.v1.Rejected
             * @instance
             */
            Rejected.prototype.code = "";

            /**
             * Rejected message.
             * @member {string} message
             * @memberof quotewire.v1.Rejected
             * @instance
             */
            Rejected.prototype.message = "";

            /**
             * Creates a new Rejected instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.Rejected
             * @static
             * @param {quotewire.v1.Rejected.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.Rejected} Rejected instance
             * @type {{
             *   (properties: quotewire.v1.Rejected.$Shape): quotewire.v1.Rejected & quotewire.v1.Rejected.$Shape;
             *   (properties?: quotewire.v1.Rejected.$Properties): quotewire.v1.Rejected;
             * }}
             */
            Rejected.create = function(properties) {
                return new Rejected(properties);
            };

            /**
             * Encodes the specified Rejected message. Does not implicitly {@link quotewire.v1.Rejected.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.Rejected
             * @static
             * @param {quotewire.v1.Rejected.$Properties} message Rejected message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Rejected.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.request != null && $Object.hasOwnProperty.call(message, "request") && message.request !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.request);
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol") && message.symbol !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.symbol);
                if (message.code != null && $Object.hasOwnProperty.call(message, "code") && message.code !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.code);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.message);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Rejected message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.Rejected
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.Rejected & quotewire.v1.Rejected.$Shape} Rejected
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Rejected.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.Rejected();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.request = value;
                            else
                                delete message.request;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.symbol = value;
                            else
                                delete message.symbol;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.code = value;
                            else
                                delete message.code;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a Rejected message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.Rejected
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.Rejected} Rejected
             */
            Rejected.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.Rejected)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.Rejected: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.Rejected();
                if (object.request != null)
                    if ($Number(object.request) !== 0)
                        message.request = object.request >>> 0;
                if (object.symbol != null)
                    if (typeof object.symbol !== "string" || object.symbol.length)
                        message.symbol = $String(object.symbol);
                if (object.code != null)
                    if (typeof object.code !== "string" || object.code.length)
                        message.code = $String(object.code);
                if (object.message != null)
                    if (typeof object.message !== "string" || object.message.length)
                        message.message = $String(object.message);
                return message;
            };

            /**
             * Creates a plain object from a Rejected message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.Rejected
             * @static
             * @param {quotewire.v1.Rejected} message Rejected
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            Rejected.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.request = 0;
                    object.symbol = "";
                    object.code = "";
                    object.message = "";
                }
                if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                    object.request = message.request;
                if (message.symbol != null && $Object.hasOwnProperty.call(message, "symbol"))
                    object.symbol = message.symbol;
                if (message.code != null && $Object.hasOwnProperty.call(message, "code"))
                    object.code = message.code;
                if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
                    object.message = message.message;
                return object;
            };

            /**
             * Converts this Rejected to JSON.
             * @function toJSON
             * @memberof quotewire.v1.Rejected
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            Rejected.prototype.toJSON = function() {
                return Rejected.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Rejected;
        })();

        v1.Heartbeat = (function() {

            /**
             * Properties of a Heartbeat.
             * @typedef {Object} quotewire.v1.Heartbeat.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Heartbeat.
             * @memberof quotewire.v1
             * @interface IHeartbeat
             * @augments quotewire.v1.Heartbeat.$Properties
             * @deprecated Use quotewire.v1.Heartbeat.$Properties instead.
             */

            /**
             * Shape of a Heartbeat.
             * @typedef {quotewire.v1.Heartbeat.$Properties} quotewire.v1.Heartbeat.$Shape
             */

            /**
             * Constructs a new Heartbeat.
             * @memberof quotewire.v1
             * @classdesc Represents a Heartbeat.
             * @constructor
             * @param {quotewire.v1.Heartbeat.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Heartbeat = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new Heartbeat instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.Heartbeat
             * @static
             * @param {quotewire.v1.Heartbeat.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.Heartbeat} Heartbeat instance
             * @type {{
             *   (properties: quotewire.v1.Heartbeat.$Shape): quotewire.v1.Heartbeat & quotewire.v1.Heartbeat.$Shape;
             *   (properties?: quotewire.v1.Heartbeat.$Properties): quotewire.v1.Heartbeat;
             * }}
             */
            Heartbeat.create = function(properties) {
                return new Heartbeat(properties);
            };

            /**
             * Encodes the specified Heartbeat message. Does not implicitly {@link quotewire.v1.Heartbeat.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.Heartbeat
             * @static
             * @param {quotewire.v1.Heartbeat.$Properties} message Heartbeat message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Heartbeat.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Heartbeat message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.Heartbeat
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.Heartbeat & quotewire.v1.Heartbeat.$Shape} Heartbeat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Heartbeat.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.Heartbeat();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a Heartbeat message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.Heartbeat
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.Heartbeat} Heartbeat
             */
            Heartbeat.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.Heartbeat)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.Heartbeat: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                return new $root.quotewire.v1.Heartbeat();
            };

            /**
             * Creates a plain object from a Heartbeat message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.Heartbeat
             * @static
             * @param {quotewire.v1.Heartbeat} message Heartbeat
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            Heartbeat.toObject = function () {
                return {};
            };

            /**
             * Converts this Heartbeat to JSON.
             * @function toJSON
             * @memberof quotewire.v1.Heartbeat
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            Heartbeat.prototype.toJSON = function() {
                return Heartbeat.toObject(this, $protobuf.util.toJSONOptions);
            };

            return Heartbeat;
        })();

        v1.BusLost = (function() {

            /**
             * Properties of a BusLost.
             * @typedef {Object} quotewire.v1.BusLost.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a BusLost.
             * @memberof quotewire.v1
             * @interface IBusLost
             * @augments quotewire.v1.BusLost.$Properties
             * @deprecated Use quotewire.v1.BusLost.$Properties instead.
             */

            /**
             * Shape of a BusLost.
             * @typedef {quotewire.v1.BusLost.$Properties} quotewire.v1.BusLost.$Shape
             */

            /**
             * Constructs a new BusLost.
             * @memberof quotewire.v1
             * @classdesc Represents a BusLost.
             * @constructor
             * @param {quotewire.v1.BusLost.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const BusLost = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new BusLost instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.BusLost
             * @static
             * @param {quotewire.v1.BusLost.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.BusLost} BusLost instance
             * @type {{
             *   (properties: quotewire.v1.BusLost.$Shape): quotewire.v1.BusLost & quotewire.v1.BusLost.$Shape;
             *   (properties?: quotewire.v1.BusLost.$Properties): quotewire.v1.BusLost;
             * }}
             */
            BusLost.create = function(properties) {
                return new BusLost(properties);
            };

            /**
             * Encodes the specified BusLost message. Does not implicitly {@link quotewire.v1.BusLost.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.BusLost
             * @static
             * @param {quotewire.v1.BusLost.$Properties} message BusLost message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            BusLost.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a BusLost message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.BusLost
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.BusLost & quotewire.v1.BusLost.$Shape} BusLost
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            BusLost.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.BusLost();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a BusLost message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.BusLost
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.BusLost} BusLost
             */
            BusLost.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.BusLost)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.BusLost: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                return new $root.quotewire.v1.BusLost();
            };

            /**
             * Creates a plain object from a BusLost message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.BusLost
             * @static
             * @param {quotewire.v1.BusLost} message BusLost
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            BusLost.toObject = function () {
                return {};
            };

            /**
             * Converts this BusLost to JSON.
             * @function toJSON
             * @memberof quotewire.v1.BusLost
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            BusLost.prototype.toJSON = function() {
                return BusLost.toObject(this, $protobuf.util.toJSONOptions);
            };

            return BusLost;
        })();

        v1.BusRestored = (function() {

            /**
             * Properties of a BusRestored.
             * @typedef {Object} quotewire.v1.BusRestored.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a BusRestored.
             * @memberof quotewire.v1
             * @interface IBusRestored
             * @augments quotewire.v1.BusRestored.$Properties
             * @deprecated Use quotewire.v1.BusRestored.$Properties instead.
             */

            /**
             * Shape of a BusRestored.
             * @typedef {quotewire.v1.BusRestored.$Properties} quotewire.v1.BusRestored.$Shape
             */

            /**
             * Constructs a new BusRestored.
             * @memberof quotewire.v1
             * @classdesc Represents a BusRestored.
             * @constructor
             * @param {quotewire.v1.BusRestored.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const BusRestored = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new BusRestored instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.BusRestored
             * @static
             * @param {quotewire.v1.BusRestored.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.BusRestored} BusRestored instance
             * @type {{
             *   (properties: quotewire.v1.BusRestored.$Shape): quotewire.v1.BusRestored & quotewire.v1.BusRestored.$Shape;
             *   (properties?: quotewire.v1.BusRestored.$Properties): quotewire.v1.BusRestored;
             * }}
             */
            BusRestored.create = function(properties) {
                return new BusRestored(properties);
            };

            /**
             * Encodes the specified BusRestored message. Does not implicitly {@link quotewire.v1.BusRestored.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.BusRestored
             * @static
             * @param {quotewire.v1.BusRestored.$Properties} message BusRestored message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            BusRestored.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a BusRestored message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.BusRestored
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.BusRestored & quotewire.v1.BusRestored.$Shape} BusRestored
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            BusRestored.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.BusRestored();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a BusRestored message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.BusRestored
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.BusRestored} BusRestored
             */
            BusRestored.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.BusRestored)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.BusRestored: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                return new $root.quotewire.v1.BusRestored();
            };

            /**
             * Creates a plain object from a BusRestored message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.BusRestored
             * @static
             * @param {quotewire.v1.BusRestored} message BusRestored
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            BusRestored.toObject = function () {
                return {};
            };

            /**
             * Converts this BusRestored to JSON.
             * @function toJSON
             * @memberof quotewire.v1.BusRestored
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            BusRestored.prototype.toJSON = function() {
                return BusRestored.toObject(this, $protobuf.util.toJSONOptions);
            };

            return BusRestored;
        })();

        v1.GoAway = (function() {

            /**
             * Properties of a GoAway.
             * @typedef {Object} quotewire.v1.GoAway.$Properties
             * @property {string|null} [reason] GoAway reason
             * @property {number|null} [deadlineMs] GoAway deadlineMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GoAway.
             * @memberof quotewire.v1
             * @interface IGoAway
             * @augments quotewire.v1.GoAway.$Properties
             * @deprecated Use quotewire.v1.GoAway.$Properties instead.
             */

            /**
             * Shape of a GoAway.
             * @typedef {quotewire.v1.GoAway.$Properties} quotewire.v1.GoAway.$Shape
             */

            /**
             * Constructs a new GoAway.
             * @memberof quotewire.v1
             * @classdesc Represents a GoAway.
             * @constructor
             * @param {quotewire.v1.GoAway.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GoAway = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GoAway reason.
             * @member {string} reason
             * @memberof quotewire.v1.GoAway
             * @instance
             */
            GoAway.prototype.reason = "";

            /**
             * GoAway deadlineMs.
             * @member {number} deadlineMs
             * @memberof quotewire.v1.GoAway
             * @instance
             */
            GoAway.prototype.deadlineMs = 0;

            /**
             * Creates a new GoAway instance using the specified properties.
             * @function create
             * @memberof quotewire.v1.GoAway
             * @static
             * @param {quotewire.v1.GoAway.$Properties=} [properties] Properties to set
             * @returns {quotewire.v1.GoAway} GoAway instance
             * @type {{
             *   (properties: quotewire.v1.GoAway.$Shape): quotewire.v1.GoAway & quotewire.v1.GoAway.$Shape;
             *   (properties?: quotewire.v1.GoAway.$Properties): quotewire.v1.GoAway;
             * }}
             */
            GoAway.create = function(properties) {
                return new GoAway(properties);
            };

            /**
             * Encodes the specified GoAway message. Does not implicitly {@link quotewire.v1.GoAway.verify|verify} messages.
             * @function encode
             * @memberof quotewire.v1.GoAway
             * @static
             * @param {quotewire.v1.GoAway.$Properties} message GoAway message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GoAway.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.reason);
                if (message.deadlineMs != null && $Object.hasOwnProperty.call(message, "deadlineMs") && message.deadlineMs !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.deadlineMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GoAway message from the specified reader or buffer.
             * @function decode
             * @memberof quotewire.v1.GoAway
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {quotewire.v1.GoAway & quotewire.v1.GoAway.$Shape} GoAway
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GoAway.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.quotewire.v1.GoAway();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.deadlineMs = value;
                            else
                                delete message.deadlineMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Creates a GoAway message from a plain object. Also converts values to their respective internal types.
             * @function fromObject
             * @memberof quotewire.v1.GoAway
             * @static
             * @param {Object.<string,*>} object Plain object
             * @returns {quotewire.v1.GoAway} GoAway
             */
            GoAway.fromObject = function (object, _depth) {
                if (object instanceof $root.quotewire.v1.GoAway)
                    return object;
                if (!$util.isObject(object))
                    throw $TypeError(".quotewire.v1.GoAway: object expected");
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let message = new $root.quotewire.v1.GoAway();
                if (object.reason != null)
                    if (typeof object.reason !== "string" || object.reason.length)
                        message.reason = $String(object.reason);
                if (object.deadlineMs != null)
                    if ($Number(object.deadlineMs) !== 0)
                        message.deadlineMs = object.deadlineMs >>> 0;
                return message;
            };

            /**
             * Creates a plain object from a GoAway message. Also converts values to other types if specified.
             * @function toObject
             * @memberof quotewire.v1.GoAway
             * @static
             * @param {quotewire.v1.GoAway} message GoAway
             * @param {$protobuf.IConversionOptions} [options] Conversion options
             * @returns {Object.<string,*>} Plain object
             */
            GoAway.toObject = function (message, options, _depth) {
                if (!options)
                    options = {};
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                let object = {};
                if (options.defaults) {
                    object.reason = "";
                    object.deadlineMs = 0;
                }
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason"))
                    object.reason = message.reason;
                if (message.deadlineMs != null && $Object.hasOwnProperty.call(message, "deadlineMs"))
                    object.deadlineMs = message.deadlineMs;
                return object;
            };

            /**
             * Converts this GoAway to JSON.
             * @function toJSON
             * @memberof quotewire.v1.GoAway
             * @instance
             * @returns {Object.<string,*>} JSON object
             */
            GoAway.prototype.toJSON = function() {
                return GoAway.toObject(this, $protobuf.util.toJSONOptions);
            };

            return GoAway;
        })();

        return v1;
    })();

    return quotewire;
})();

export {
  $root as default
};
