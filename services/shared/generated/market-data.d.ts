import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace quotewire. */
export namespace quotewire {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a GetMarketDataRequest.
         * @deprecated Use quotewire.v1.GetMarketDataRequest.$Properties instead.
         */
        interface IGetMarketDataRequest extends quotewire.v1.GetMarketDataRequest.$Properties {
        }

        /** Represents a GetMarketDataRequest. */
        class GetMarketDataRequest {

            /**
             * Constructs a new GetMarketDataRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.GetMarketDataRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetMarketDataRequest symbol. */
            symbol: string;

            /**
             * Creates a new GetMarketDataRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetMarketDataRequest instance
             */
            static create(properties: quotewire.v1.GetMarketDataRequest.$Shape): quotewire.v1.GetMarketDataRequest & quotewire.v1.GetMarketDataRequest.$Shape;
            static create(properties?: quotewire.v1.GetMarketDataRequest.$Properties): quotewire.v1.GetMarketDataRequest;

            /**
             * Encodes the specified GetMarketDataRequest message. Does not implicitly {@link quotewire.v1.GetMarketDataRequest.verify|verify} messages.
             * @param message GetMarketDataRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.GetMarketDataRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetMarketDataRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.GetMarketDataRequest & quotewire.v1.GetMarketDataRequest.$Shape} GetMarketDataRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.GetMarketDataRequest & quotewire.v1.GetMarketDataRequest.$Shape;

            /**
             * Creates a GetMarketDataRequest message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns GetMarketDataRequest
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.GetMarketDataRequest;

            /**
             * Creates a plain object from a GetMarketDataRequest message. Also converts values to other types if specified.
             * @param message GetMarketDataRequest
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.GetMarketDataRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this GetMarketDataRequest to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace GetMarketDataRequest {

            /** Properties of a GetMarketDataRequest. */
            interface $Properties {

                /** GetMarketDataRequest symbol */
                symbol?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetMarketDataRequest. */
            type $Shape = quotewire.v1.GetMarketDataRequest.$Properties;
        }

        /**
         * Properties of a GetMarketDataResponse.
         * @deprecated Use quotewire.v1.GetMarketDataResponse.$Properties instead.
         */
        interface IGetMarketDataResponse extends quotewire.v1.GetMarketDataResponse.$Properties {
        }

        /** Represents a GetMarketDataResponse. */
        class GetMarketDataResponse {

            /**
             * Constructs a new GetMarketDataResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.GetMarketDataResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetMarketDataResponse quote. */
            quote?: (quotewire.v1.Quote.$Properties|null);

            /**
             * Creates a new GetMarketDataResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetMarketDataResponse instance
             */
            static create(properties: quotewire.v1.GetMarketDataResponse.$Shape): quotewire.v1.GetMarketDataResponse & quotewire.v1.GetMarketDataResponse.$Shape;
            static create(properties?: quotewire.v1.GetMarketDataResponse.$Properties): quotewire.v1.GetMarketDataResponse;

            /**
             * Encodes the specified GetMarketDataResponse message. Does not implicitly {@link quotewire.v1.GetMarketDataResponse.verify|verify} messages.
             * @param message GetMarketDataResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.GetMarketDataResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetMarketDataResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.GetMarketDataResponse & quotewire.v1.GetMarketDataResponse.$Shape} GetMarketDataResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.GetMarketDataResponse & quotewire.v1.GetMarketDataResponse.$Shape;

            /**
             * Creates a GetMarketDataResponse message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns GetMarketDataResponse
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.GetMarketDataResponse;

            /**
             * Creates a plain object from a GetMarketDataResponse message. Also converts values to other types if specified.
             * @param message GetMarketDataResponse
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.GetMarketDataResponse, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this GetMarketDataResponse to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace GetMarketDataResponse {

            /** Properties of a GetMarketDataResponse. */
            interface $Properties {

                /** GetMarketDataResponse quote */
                quote?: (quotewire.v1.Quote.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetMarketDataResponse. */
            type $Shape = quotewire.v1.GetMarketDataResponse.$Properties;
        }

        /**
         * Properties of a GetBatchMarketDataRequest.
         * @deprecated Use quotewire.v1.GetBatchMarketDataRequest.$Properties instead.
         */
        interface IGetBatchMarketDataRequest extends quotewire.v1.GetBatchMarketDataRequest.$Properties {
        }

        /** Represents a GetBatchMarketDataRequest. */
        class GetBatchMarketDataRequest {

            /**
             * Constructs a new GetBatchMarketDataRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.GetBatchMarketDataRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetBatchMarketDataRequest symbols. */
            symbols: string[];

            /**
             * Creates a new GetBatchMarketDataRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetBatchMarketDataRequest instance
             */
            static create(properties: quotewire.v1.GetBatchMarketDataRequest.$Shape): quotewire.v1.GetBatchMarketDataRequest & quotewire.v1.GetBatchMarketDataRequest.$Shape;
            static create(properties?: quotewire.v1.GetBatchMarketDataRequest.$Properties): quotewire.v1.GetBatchMarketDataRequest;

            /**
             * Encodes the specified GetBatchMarketDataRequest message. Does not implicitly {@link quotewire.v1.GetBatchMarketDataRequest.verify|verify} messages.
             * @param message GetBatchMarketDataRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.GetBatchMarketDataRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetBatchMarketDataRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.GetBatchMarketDataRequest & quotewire.v1.GetBatchMarketDataRequest.$Shape} GetBatchMarketDataRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.GetBatchMarketDataRequest & quotewire.v1.GetBatchMarketDataRequest.$Shape;

            /**
             * Creates a GetBatchMarketDataRequest message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns GetBatchMarketDataRequest
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.GetBatchMarketDataRequest;

            /**
             * Creates a plain object from a GetBatchMarketDataRequest message. Also converts values to other types if specified.
             * @param message GetBatchMarketDataRequest
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.GetBatchMarketDataRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this GetBatchMarketDataRequest to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace GetBatchMarketDataRequest {

            /** Properties of a GetBatchMarketDataRequest. */
            interface $Properties {

                /** GetBatchMarketDataRequest symbols */
                symbols?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetBatchMarketDataRequest. */
            type $Shape = quotewire.v1.GetBatchMarketDataRequest.$Properties;
        }

        /**
         * Properties of a GetBatchMarketDataResponse.
         * @deprecated Use quotewire.v1.GetBatchMarketDataResponse.$Properties instead.
         */
        interface IGetBatchMarketDataResponse extends quotewire.v1.GetBatchMarketDataResponse.$Properties {
        }

        /** Represents a GetBatchMarketDataResponse. */
        class GetBatchMarketDataResponse {

            /**
             * Constructs a new GetBatchMarketDataResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.GetBatchMarketDataResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GetBatchMarketDataResponse quotes. */
            quotes: quotewire.v1.Quote.$Properties[];

            /** GetBatchMarketDataResponse missing. */
            missing: string[];

            /**
             * Creates a new GetBatchMarketDataResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GetBatchMarketDataResponse instance
             */
            static create(properties: quotewire.v1.GetBatchMarketDataResponse.$Shape): quotewire.v1.GetBatchMarketDataResponse & quotewire.v1.GetBatchMarketDataResponse.$Shape;
            static create(properties?: quotewire.v1.GetBatchMarketDataResponse.$Properties): quotewire.v1.GetBatchMarketDataResponse;

            /**
             * Encodes the specified GetBatchMarketDataResponse message. Does not implicitly {@link quotewire.v1.GetBatchMarketDataResponse.verify|verify} messages.
             * @param message GetBatchMarketDataResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.GetBatchMarketDataResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GetBatchMarketDataResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.GetBatchMarketDataResponse & quotewire.v1.GetBatchMarketDataResponse.$Shape} GetBatchMarketDataResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.GetBatchMarketDataResponse & quotewire.v1.GetBatchMarketDataResponse.$Shape;

            /**
             * Creates a GetBatchMarketDataResponse message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns GetBatchMarketDataResponse
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.GetBatchMarketDataResponse;

            /**
             * Creates a plain object from a GetBatchMarketDataResponse message. Also converts values to other types if specified.
             * @param message GetBatchMarketDataResponse
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.GetBatchMarketDataResponse, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this GetBatchMarketDataResponse to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace GetBatchMarketDataResponse {

            /** Properties of a GetBatchMarketDataResponse. */
            interface $Properties {

                /** GetBatchMarketDataResponse quotes */
                quotes?: (quotewire.v1.Quote.$Properties[]|null);

                /** GetBatchMarketDataResponse missing */
                missing?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GetBatchMarketDataResponse. */
            type $Shape = quotewire.v1.GetBatchMarketDataResponse.$Properties;
        }

        /**
         * Properties of a StreamQuotesRequest.
         * @deprecated Use quotewire.v1.StreamQuotesRequest.$Properties instead.
         */
        interface IStreamQuotesRequest extends quotewire.v1.StreamQuotesRequest.$Properties {
        }

        /** Represents a StreamQuotesRequest. */
        class StreamQuotesRequest {

            /**
             * Constructs a new StreamQuotesRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.StreamQuotesRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StreamQuotesRequest action. */
            action: string;

            /** StreamQuotesRequest symbols. */
            symbols: string[];

            /**
             * Creates a new StreamQuotesRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StreamQuotesRequest instance
             */
            static create(properties: quotewire.v1.StreamQuotesRequest.$Shape): quotewire.v1.StreamQuotesRequest & quotewire.v1.StreamQuotesRequest.$Shape;
            static create(properties?: quotewire.v1.StreamQuotesRequest.$Properties): quotewire.v1.StreamQuotesRequest;

            /**
             * Encodes the specified StreamQuotesRequest message. Does not implicitly {@link quotewire.v1.StreamQuotesRequest.verify|verify} messages.
             * @param message StreamQuotesRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.StreamQuotesRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StreamQuotesRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.StreamQuotesRequest & quotewire.v1.StreamQuotesRequest.$Shape} StreamQuotesRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.StreamQuotesRequest & quotewire.v1.StreamQuotesRequest.$Shape;

            /**
             * Creates a StreamQuotesRequest message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns StreamQuotesRequest
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.StreamQuotesRequest;

            /**
             * Creates a plain object from a StreamQuotesRequest message. Also converts values to other types if specified.
             * @param message StreamQuotesRequest
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.StreamQuotesRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this StreamQuotesRequest to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace StreamQuotesRequest {

            /** Properties of a StreamQuotesRequest. */
            interface $Properties {

                /** StreamQuotesRequest action */
                action?: (string|null);

                /** StreamQuotesRequest symbols */
                symbols?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StreamQuotesRequest. */
            type $Shape = quotewire.v1.StreamQuotesRequest.$Properties;
        }

        /**
         * Properties of a StreamQuotesResponse.
         * @deprecated Use quotewire.v1.StreamQuotesResponse.$Properties instead.
         */
        interface IStreamQuotesResponse extends quotewire.v1.StreamQuotesResponse.$Properties {
        }

        /** Represents a StreamQuotesResponse. */
        class StreamQuotesResponse {

            /**
             * Constructs a new StreamQuotesResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.StreamQuotesResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** StreamQuotesResponse symbol. */
            symbol: string;

            /** StreamQuotesResponse price. */
            price: number;

            /** StreamQuotesResponse change. */
            change: number;

            /** StreamQuotesResponse changePercent. */
            changePercent: number;

            /** StreamQuotesResponse timestamp. */
            timestamp: number;

            /** StreamQuotesResponse type. */
            type: string;

            /** StreamQuotesResponse message. */
            message: string;

            /** StreamQuotesResponse code. */
            code: string;

            /** StreamQuotesResponse seq. */
            seq: number;

            /** StreamQuotesResponse epoch. */
            epoch: number;

            /** StreamQuotesResponse snapshot. */
            snapshot: boolean;

            /** StreamQuotesResponse bid. */
            bid?: (number|null);

            /** StreamQuotesResponse ask. */
            ask?: (number|null);

            /** StreamQuotesResponse volume. */
            volume?: (number|null);

            /** StreamQuotesResponse delayed. */
            delayed: boolean;

            /**
             * Creates a new StreamQuotesResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns StreamQuotesResponse instance
             */
            static create(properties: quotewire.v1.StreamQuotesResponse.$Shape): quotewire.v1.StreamQuotesResponse & quotewire.v1.StreamQuotesResponse.$Shape;
            static create(properties?: quotewire.v1.StreamQuotesResponse.$Properties): quotewire.v1.StreamQuotesResponse;

            /**
             * Encodes the specified StreamQuotesResponse message. Does not implicitly {@link quotewire.v1.StreamQuotesResponse.verify|verify} messages.
             * @param message StreamQuotesResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.StreamQuotesResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a StreamQuotesResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.StreamQuotesResponse & quotewire.v1.StreamQuotesResponse.$Shape} StreamQuotesResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.StreamQuotesResponse & quotewire.v1.StreamQuotesResponse.$Shape;

            /**
             * Creates a StreamQuotesResponse message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns StreamQuotesResponse
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.StreamQuotesResponse;

            /**
             * Creates a plain object from a StreamQuotesResponse message. Also converts values to other types if specified.
             * @param message StreamQuotesResponse
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.StreamQuotesResponse, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this StreamQuotesResponse to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace StreamQuotesResponse {

            /** Properties of a StreamQuotesResponse. */
            interface $Properties {

                /** StreamQuotesResponse symbol */
                symbol?: (string|null);

                /** StreamQuotesResponse price */
                price?: (number|null);

                /** StreamQuotesResponse change */
                change?: (number|null);

                /** StreamQuotesResponse changePercent */
                changePercent?: (number|null);

                /** StreamQuotesResponse timestamp */
                timestamp?: (number|null);

                /** StreamQuotesResponse type */
                type?: (string|null);

                /** StreamQuotesResponse message */
                message?: (string|null);

                /** StreamQuotesResponse code */
                code?: (string|null);

                /** StreamQuotesResponse seq */
                seq?: (number|null);

                /** StreamQuotesResponse epoch */
                epoch?: (number|null);

                /** StreamQuotesResponse snapshot */
                snapshot?: (boolean|null);

                /** StreamQuotesResponse bid */
                bid?: (number|null);

                /** StreamQuotesResponse ask */
                ask?: (number|null);

                /** StreamQuotesResponse volume */
                volume?: (number|null);

                /** StreamQuotesResponse delayed */
                delayed?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a StreamQuotesResponse. */
            type $Shape = quotewire.v1.StreamQuotesResponse.$Properties;
        }

        /**
         * Properties of an AuthorizeRequest.
         * @deprecated Use quotewire.v1.AuthorizeRequest.$Properties instead.
         */
        interface IAuthorizeRequest extends quotewire.v1.AuthorizeRequest.$Properties {
        }

        /** Represents an AuthorizeRequest. */
        class AuthorizeRequest {

            /**
             * Constructs a new AuthorizeRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.AuthorizeRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AuthorizeRequest token. */
            token: string;

            /** AuthorizeRequest symbols. */
            symbols: string[];

            /**
             * Creates a new AuthorizeRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AuthorizeRequest instance
             */
            static create(properties: quotewire.v1.AuthorizeRequest.$Shape): quotewire.v1.AuthorizeRequest & quotewire.v1.AuthorizeRequest.$Shape;
            static create(properties?: quotewire.v1.AuthorizeRequest.$Properties): quotewire.v1.AuthorizeRequest;

            /**
             * Encodes the specified AuthorizeRequest message. Does not implicitly {@link quotewire.v1.AuthorizeRequest.verify|verify} messages.
             * @param message AuthorizeRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.AuthorizeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AuthorizeRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.AuthorizeRequest & quotewire.v1.AuthorizeRequest.$Shape} AuthorizeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.AuthorizeRequest & quotewire.v1.AuthorizeRequest.$Shape;

            /**
             * Creates an AuthorizeRequest message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns AuthorizeRequest
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.AuthorizeRequest;

            /**
             * Creates a plain object from an AuthorizeRequest message. Also converts values to other types if specified.
             * @param message AuthorizeRequest
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.AuthorizeRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this AuthorizeRequest to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace AuthorizeRequest {

            /** Properties of an AuthorizeRequest. */
            interface $Properties {

                /** AuthorizeRequest token */
                token?: (string|null);

                /** AuthorizeRequest symbols */
                symbols?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AuthorizeRequest. */
            type $Shape = quotewire.v1.AuthorizeRequest.$Properties;
        }

        /**
         * Properties of an AuthorizeResponse.
         * @deprecated Use quotewire.v1.AuthorizeResponse.$Properties instead.
         */
        interface IAuthorizeResponse extends quotewire.v1.AuthorizeResponse.$Properties {
        }

        /** Represents an AuthorizeResponse. */
        class AuthorizeResponse {

            /**
             * Constructs a new AuthorizeResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.AuthorizeResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AuthorizeResponse userId. */
            userId: string;

            /** AuthorizeResponse tier. */
            tier?: (quotewire.v1.Tier.$Properties|null);

            /** AuthorizeResponse allowed. */
            allowed: string[];

            /** AuthorizeResponse denied. */
            denied: quotewire.v1.Denial.$Properties[];

            /** AuthorizeResponse tierData. */
            tierData?: (quotewire.v1.TierData.$Properties|null);

            /**
             * Creates a new AuthorizeResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AuthorizeResponse instance
             */
            static create(properties: quotewire.v1.AuthorizeResponse.$Shape): quotewire.v1.AuthorizeResponse & quotewire.v1.AuthorizeResponse.$Shape;
            static create(properties?: quotewire.v1.AuthorizeResponse.$Properties): quotewire.v1.AuthorizeResponse;

            /**
             * Encodes the specified AuthorizeResponse message. Does not implicitly {@link quotewire.v1.AuthorizeResponse.verify|verify} messages.
             * @param message AuthorizeResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.AuthorizeResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AuthorizeResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.AuthorizeResponse & quotewire.v1.AuthorizeResponse.$Shape} AuthorizeResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.AuthorizeResponse & quotewire.v1.AuthorizeResponse.$Shape;

            /**
             * Creates an AuthorizeResponse message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns AuthorizeResponse
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.AuthorizeResponse;

            /**
             * Creates a plain object from an AuthorizeResponse message. Also converts values to other types if specified.
             * @param message AuthorizeResponse
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.AuthorizeResponse, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this AuthorizeResponse to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace AuthorizeResponse {

            /** Properties of an AuthorizeResponse. */
            interface $Properties {

                /** AuthorizeResponse userId */
                userId?: (string|null);

                /** AuthorizeResponse tier */
                tier?: (quotewire.v1.Tier.$Properties|null);

                /** AuthorizeResponse allowed */
                allowed?: (string[]|null);

                /** AuthorizeResponse denied */
                denied?: (quotewire.v1.Denial.$Properties[]|null);

                /** AuthorizeResponse tierData */
                tierData?: (quotewire.v1.TierData.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an AuthorizeResponse. */
            type $Shape = quotewire.v1.AuthorizeResponse.$Properties;
        }

        /**
         * Properties of a Tier.
         * @deprecated Use quotewire.v1.Tier.$Properties instead.
         */
        interface ITier extends quotewire.v1.Tier.$Properties {
        }

        /** Represents a Tier. */
        class Tier {

            /**
             * Constructs a new Tier.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.Tier.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Tier name. */
            name: string;

            /** Tier allSymbols. */
            allSymbols: boolean;

            /** Tier delayMs. */
            delayMs: number;

            /** Tier maxRate. */
            maxRate?: (number|null);

            /** Tier connections. */
            connections?: (number|null);

            /** Tier symbols. */
            symbols?: (number|null);

            /** Tier messagesPerSecond. */
            messagesPerSecond?: (number|null);

            /**
             * Creates a new Tier instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Tier instance
             */
            static create(properties: quotewire.v1.Tier.$Shape): quotewire.v1.Tier & quotewire.v1.Tier.$Shape;
            static create(properties?: quotewire.v1.Tier.$Properties): quotewire.v1.Tier;

            /**
             * Encodes the specified Tier message. Does not implicitly {@link quotewire.v1.Tier.verify|verify} messages.
             * @param message Tier message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.Tier.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Tier message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.Tier & quotewire.v1.Tier.$Shape} Tier
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.Tier & quotewire.v1.Tier.$Shape;

            /**
             * Creates a Tier message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Tier
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.Tier;

            /**
             * Creates a plain object from a Tier message. Also converts values to other types if specified.
             * @param message Tier
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.Tier, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Tier to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Tier {

            /** Properties of a Tier. */
            interface $Properties {

                /** Tier name */
                name?: (string|null);

                /** Tier allSymbols */
                allSymbols?: (boolean|null);

                /** Tier delayMs */
                delayMs?: (number|null);

                /** Tier maxRate */
                maxRate?: (number|null);

                /** Tier connections */
                connections?: (number|null);

                /** Tier symbols */
                symbols?: (number|null);

                /** Tier messagesPerSecond */
                messagesPerSecond?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Tier. */
            type $Shape = quotewire.v1.Tier.$Properties;
        }

        /**
         * Properties of a Denial.
         * @deprecated Use quotewire.v1.Denial.$Properties instead.
         */
        interface IDenial extends quotewire.v1.Denial.$Properties {
        }

        /** Represents a Denial. */
        class Denial {

            /**
             * Constructs a new Denial.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.Denial.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Denial symbol. */
            symbol: string;

            /** Denial code. */
            code: string;

            /** Denial message. */
            message: string;

            /**
             * Creates a new Denial instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Denial instance
             */
            static create(properties: quotewire.v1.Denial.$Shape): quotewire.v1.Denial & quotewire.v1.Denial.$Shape;
            static create(properties?: quotewire.v1.Denial.$Properties): quotewire.v1.Denial;

            /**
             * Encodes the specified Denial message. Does not implicitly {@link quotewire.v1.Denial.verify|verify} messages.
             * @param message Denial message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.Denial.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Denial message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.Denial & quotewire.v1.Denial.$Shape} Denial
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.Denial & quotewire.v1.Denial.$Shape;

            /**
             * Creates a Denial message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Denial
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.Denial;

            /**
             * Creates a plain object from a Denial message. Also converts values to other types if specified.
             * @param message Denial
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.Denial, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Denial to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Denial {

            /** Properties of a Denial. */
            interface $Properties {

                /** Denial symbol */
                symbol?: (string|null);

                /** Denial code */
                code?: (string|null);

                /** Denial message */
                message?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Denial. */
            type $Shape = quotewire.v1.Denial.$Properties;
        }

        /**
         * Properties of a TierData.
         * @deprecated Use quotewire.v1.TierData.$Properties instead.
         */
        interface ITierData extends quotewire.v1.TierData.$Properties {
        }

        /** Represents a TierData. */
        class TierData {

            /**
             * Constructs a new TierData.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.TierData.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** TierData revision. */
            revision: number;

            /** TierData digest. */
            digest: string;

            /**
             * Creates a new TierData instance using the specified properties.
             * @param [properties] Properties to set
             * @returns TierData instance
             */
            static create(properties: quotewire.v1.TierData.$Shape): quotewire.v1.TierData & quotewire.v1.TierData.$Shape;
            static create(properties?: quotewire.v1.TierData.$Properties): quotewire.v1.TierData;

            /**
             * Encodes the specified TierData message. Does not implicitly {@link quotewire.v1.TierData.verify|verify} messages.
             * @param message TierData message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.TierData.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a TierData message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.TierData & quotewire.v1.TierData.$Shape} TierData
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.TierData & quotewire.v1.TierData.$Shape;

            /**
             * Creates a TierData message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns TierData
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.TierData;

            /**
             * Creates a plain object from a TierData message. Also converts values to other types if specified.
             * @param message TierData
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.TierData, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this TierData to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace TierData {

            /** Properties of a TierData. */
            interface $Properties {

                /** TierData revision */
                revision?: (number|null);

                /** TierData digest */
                digest?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a TierData. */
            type $Shape = quotewire.v1.TierData.$Properties;
        }

        /**
         * Properties of a ResolveTiersRequest.
         * @deprecated Use quotewire.v1.ResolveTiersRequest.$Properties instead.
         */
        interface IResolveTiersRequest extends quotewire.v1.ResolveTiersRequest.$Properties {
        }

        /** Represents a ResolveTiersRequest. */
        class ResolveTiersRequest {

            /**
             * Constructs a new ResolveTiersRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.ResolveTiersRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ResolveTiersRequest users. */
            users: quotewire.v1.ResolveTiersRequest.User.$Properties[];

            /**
             * Creates a new ResolveTiersRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ResolveTiersRequest instance
             */
            static create(properties: quotewire.v1.ResolveTiersRequest.$Shape): quotewire.v1.ResolveTiersRequest & quotewire.v1.ResolveTiersRequest.$Shape;
            static create(properties?: quotewire.v1.ResolveTiersRequest.$Properties): quotewire.v1.ResolveTiersRequest;

            /**
             * Encodes the specified ResolveTiersRequest message. Does not implicitly {@link quotewire.v1.ResolveTiersRequest.verify|verify} messages.
             * @param message ResolveTiersRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.ResolveTiersRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ResolveTiersRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.ResolveTiersRequest & quotewire.v1.ResolveTiersRequest.$Shape} ResolveTiersRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.ResolveTiersRequest & quotewire.v1.ResolveTiersRequest.$Shape;

            /**
             * Creates a ResolveTiersRequest message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns ResolveTiersRequest
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.ResolveTiersRequest;

            /**
             * Creates a plain object from a ResolveTiersRequest message. Also converts values to other types if specified.
             * @param message ResolveTiersRequest
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.ResolveTiersRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this ResolveTiersRequest to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace ResolveTiersRequest {

            /** Properties of a ResolveTiersRequest. */
            interface $Properties {

                /** ResolveTiersRequest users */
                users?: (quotewire.v1.ResolveTiersRequest.User.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ResolveTiersRequest. */
            type $Shape = quotewire.v1.ResolveTiersRequest.$Properties;

            /**
             * Properties of a User.
             * @deprecated Use quotewire.v1.ResolveTiersRequest.User.$Properties instead.
             */
            interface IUser extends quotewire.v1.ResolveTiersRequest.User.$Properties {
            }

            /** Represents a User. */
            class User {

                /**
                 * Constructs a new User.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: quotewire.v1.ResolveTiersRequest.User.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** User id. */
                id: string;

                /** User claimedTier. */
                claimedTier: string;

                /**
                 * Creates a new User instance using the specified properties.
                 * @param [properties] Properties to set
                 * @returns User instance
                 */
                static create(properties: quotewire.v1.ResolveTiersRequest.User.$Shape): quotewire.v1.ResolveTiersRequest.User & quotewire.v1.ResolveTiersRequest.User.$Shape;
                static create(properties?: quotewire.v1.ResolveTiersRequest.User.$Properties): quotewire.v1.ResolveTiersRequest.User;

                /**
                 * Encodes the specified User message. Does not implicitly {@link quotewire.v1.ResolveTiersRequest.User.verify|verify} messages.
                 * @param message User message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: quotewire.v1.ResolveTiersRequest.User.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a User message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {quotewire.v1.ResolveTiersRequest.User & quotewire.v1.ResolveTiersRequest.User.$Shape} User
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.ResolveTiersRequest.User & quotewire.v1.ResolveTiersRequest.User.$Shape;

                /**
                 * Creates a User message from a plain object. Also converts values to their respective internal types.
                 * @param object Plain object
                 * @returns User
                 */
                static fromObject(object: { [k: string]: any }): quotewire.v1.ResolveTiersRequest.User;

                /**
                 * Creates a plain object from a User message. Also converts values to other types if specified.
                 * @param message User
                 * @param [options] Conversion options
                 * @returns Plain object
                 */
                static toObject(message: quotewire.v1.ResolveTiersRequest.User, options?: $protobuf.IConversionOptions): { [k: string]: any };

                /**
                 * Converts this User to JSON.
                 * @returns JSON object
                 */
                toJSON(): { [k: string]: any };
            }

            namespace User {

                /** Properties of a User. */
                interface $Properties {

                    /** User id */
                    id?: (string|null);

                    /** User claimedTier */
                    claimedTier?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a User. */
                type $Shape = quotewire.v1.ResolveTiersRequest.User.$Properties;
            }
        }

        /**
         * Properties of a ResolveTiersResponse.
         * @deprecated Use quotewire.v1.ResolveTiersResponse.$Properties instead.
         */
        interface IResolveTiersResponse extends quotewire.v1.ResolveTiersResponse.$Properties {
        }

        /** Represents a ResolveTiersResponse. */
        class ResolveTiersResponse {

            /**
             * Constructs a new ResolveTiersResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.ResolveTiersResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ResolveTiersResponse names. */
            names: string[];

            /** ResolveTiersResponse tiers. */
            tiers: quotewire.v1.Tier.$Properties[];

            /** ResolveTiersResponse tierData. */
            tierData?: (quotewire.v1.TierData.$Properties|null);

            /**
             * Creates a new ResolveTiersResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ResolveTiersResponse instance
             */
            static create(properties: quotewire.v1.ResolveTiersResponse.$Shape): quotewire.v1.ResolveTiersResponse & quotewire.v1.ResolveTiersResponse.$Shape;
            static create(properties?: quotewire.v1.ResolveTiersResponse.$Properties): quotewire.v1.ResolveTiersResponse;

            /**
             * Encodes the specified ResolveTiersResponse message. Does not implicitly {@link quotewire.v1.ResolveTiersResponse.verify|verify} messages.
             * @param message ResolveTiersResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.ResolveTiersResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ResolveTiersResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.ResolveTiersResponse & quotewire.v1.ResolveTiersResponse.$Shape} ResolveTiersResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.ResolveTiersResponse & quotewire.v1.ResolveTiersResponse.$Shape;

            /**
             * Creates a ResolveTiersResponse message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns ResolveTiersResponse
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.ResolveTiersResponse;

            /**
             * Creates a plain object from a ResolveTiersResponse message. Also converts values to other types if specified.
             * @param message ResolveTiersResponse
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.ResolveTiersResponse, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this ResolveTiersResponse to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace ResolveTiersResponse {

            /** Properties of a ResolveTiersResponse. */
            interface $Properties {

                /** ResolveTiersResponse names */
                names?: (string[]|null);

                /** ResolveTiersResponse tiers */
                tiers?: (quotewire.v1.Tier.$Properties[]|null);

                /** ResolveTiersResponse tierData */
                tierData?: (quotewire.v1.TierData.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ResolveTiersResponse. */
            type $Shape = quotewire.v1.ResolveTiersResponse.$Properties;
        }

        /**
         * Properties of a CheckSymbolsRequest.
         * @deprecated Use quotewire.v1.CheckSymbolsRequest.$Properties instead.
         */
        interface ICheckSymbolsRequest extends quotewire.v1.CheckSymbolsRequest.$Properties {
        }

        /** Represents a CheckSymbolsRequest. */
        class CheckSymbolsRequest {

            /**
             * Constructs a new CheckSymbolsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.CheckSymbolsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CheckSymbolsRequest tier. */
            tier: string;

            /** CheckSymbolsRequest symbols. */
            symbols: string[];

            /**
             * Creates a new CheckSymbolsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CheckSymbolsRequest instance
             */
            static create(properties: quotewire.v1.CheckSymbolsRequest.$Shape): quotewire.v1.CheckSymbolsRequest & quotewire.v1.CheckSymbolsRequest.$Shape;
            static create(properties?: quotewire.v1.CheckSymbolsRequest.$Properties): quotewire.v1.CheckSymbolsRequest;

            /**
             * Encodes the specified CheckSymbolsRequest message. Does not implicitly {@link quotewire.v1.CheckSymbolsRequest.verify|verify} messages.
             * @param message CheckSymbolsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.CheckSymbolsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CheckSymbolsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.CheckSymbolsRequest & quotewire.v1.CheckSymbolsRequest.$Shape} CheckSymbolsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.CheckSymbolsRequest & quotewire.v1.CheckSymbolsRequest.$Shape;

            /**
             * Creates a CheckSymbolsRequest message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns CheckSymbolsRequest
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.CheckSymbolsRequest;

            /**
             * Creates a plain object from a CheckSymbolsRequest message. Also converts values to other types if specified.
             * @param message CheckSymbolsRequest
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.CheckSymbolsRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this CheckSymbolsRequest to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace CheckSymbolsRequest {

            /** Properties of a CheckSymbolsRequest. */
            interface $Properties {

                /** CheckSymbolsRequest tier */
                tier?: (string|null);

                /** CheckSymbolsRequest symbols */
                symbols?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CheckSymbolsRequest. */
            type $Shape = quotewire.v1.CheckSymbolsRequest.$Properties;
        }

        /**
         * Properties of a CheckSymbolsResponse.
         * @deprecated Use quotewire.v1.CheckSymbolsResponse.$Properties instead.
         */
        interface ICheckSymbolsResponse extends quotewire.v1.CheckSymbolsResponse.$Properties {
        }

        /** Represents a CheckSymbolsResponse. */
        class CheckSymbolsResponse {

            /**
             * Constructs a new CheckSymbolsResponse.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.CheckSymbolsResponse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CheckSymbolsResponse denied. */
            denied: quotewire.v1.Denial.$Properties[];

            /** CheckSymbolsResponse tierData. */
            tierData?: (quotewire.v1.TierData.$Properties|null);

            /**
             * Creates a new CheckSymbolsResponse instance using the specified properties.
             * @param [properties] Properties to set
             * @returns CheckSymbolsResponse instance
             */
            static create(properties: quotewire.v1.CheckSymbolsResponse.$Shape): quotewire.v1.CheckSymbolsResponse & quotewire.v1.CheckSymbolsResponse.$Shape;
            static create(properties?: quotewire.v1.CheckSymbolsResponse.$Properties): quotewire.v1.CheckSymbolsResponse;

            /**
             * Encodes the specified CheckSymbolsResponse message. Does not implicitly {@link quotewire.v1.CheckSymbolsResponse.verify|verify} messages.
             * @param message CheckSymbolsResponse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.CheckSymbolsResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CheckSymbolsResponse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.CheckSymbolsResponse & quotewire.v1.CheckSymbolsResponse.$Shape} CheckSymbolsResponse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.CheckSymbolsResponse & quotewire.v1.CheckSymbolsResponse.$Shape;

            /**
             * Creates a CheckSymbolsResponse message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns CheckSymbolsResponse
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.CheckSymbolsResponse;

            /**
             * Creates a plain object from a CheckSymbolsResponse message. Also converts values to other types if specified.
             * @param message CheckSymbolsResponse
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.CheckSymbolsResponse, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this CheckSymbolsResponse to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace CheckSymbolsResponse {

            /** Properties of a CheckSymbolsResponse. */
            interface $Properties {

                /** CheckSymbolsResponse denied */
                denied?: (quotewire.v1.Denial.$Properties[]|null);

                /** CheckSymbolsResponse tierData */
                tierData?: (quotewire.v1.TierData.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CheckSymbolsResponse. */
            type $Shape = quotewire.v1.CheckSymbolsResponse.$Properties;
        }

        /**
         * Properties of a QuoteBatchRequest.
         * @deprecated Use quotewire.v1.QuoteBatchRequest.$Properties instead.
         */
        interface IQuoteBatchRequest extends quotewire.v1.QuoteBatchRequest.$Properties {
        }

        /** Represents a QuoteBatchRequest. */
        class QuoteBatchRequest {

            /**
             * Constructs a new QuoteBatchRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.QuoteBatchRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** QuoteBatchRequest action. */
            action: quotewire.v1.QuoteBatchRequest.Action;

            /** QuoteBatchRequest request. */
            request: number;

            /** QuoteBatchRequest symbols. */
            symbols: string[];

            /**
             * Creates a new QuoteBatchRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns QuoteBatchRequest instance
             */
            static create(properties: quotewire.v1.QuoteBatchRequest.$Shape): quotewire.v1.QuoteBatchRequest & quotewire.v1.QuoteBatchRequest.$Shape;
            static create(properties?: quotewire.v1.QuoteBatchRequest.$Properties): quotewire.v1.QuoteBatchRequest;

            /**
             * Encodes the specified QuoteBatchRequest message. Does not implicitly {@link quotewire.v1.QuoteBatchRequest.verify|verify} messages.
             * @param message QuoteBatchRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.QuoteBatchRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QuoteBatchRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.QuoteBatchRequest & quotewire.v1.QuoteBatchRequest.$Shape} QuoteBatchRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.QuoteBatchRequest & quotewire.v1.QuoteBatchRequest.$Shape;

            /**
             * Creates a QuoteBatchRequest message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns QuoteBatchRequest
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.QuoteBatchRequest;

            /**
             * Creates a plain object from a QuoteBatchRequest message. Also converts values to other types if specified.
             * @param message QuoteBatchRequest
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.QuoteBatchRequest, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this QuoteBatchRequest to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace QuoteBatchRequest {

            /** Properties of a QuoteBatchRequest. */
            interface $Properties {

                /** QuoteBatchRequest action */
                action?: (quotewire.v1.QuoteBatchRequest.Action|null);

                /** QuoteBatchRequest request */
                request?: (number|null);

                /** QuoteBatchRequest symbols */
                symbols?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a QuoteBatchRequest. */
            type $Shape = quotewire.v1.QuoteBatchRequest.$Properties;

            /** Action enum. */
            enum Action {

                /** ACTION_UNSPECIFIED value */
                ACTION_UNSPECIFIED = 0,

                /** ACTION_SUBSCRIBE value */
                ACTION_SUBSCRIBE = 1,

                /** ACTION_UNSUBSCRIBE value */
                ACTION_UNSUBSCRIBE = 2
            }
        }

        /**
         * Properties of a QuoteBatch.
         * @deprecated Use quotewire.v1.QuoteBatch.$Properties instead.
         */
        interface IQuoteBatch extends quotewire.v1.QuoteBatch.$Properties {
        }

        /** Represents a QuoteBatch. */
        class QuoteBatch {

            /**
             * Constructs a new QuoteBatch.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.QuoteBatch.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** QuoteBatch entries. */
            entries: quotewire.v1.QuoteEntry.$Properties[];

            /**
             * Creates a new QuoteBatch instance using the specified properties.
             * @param [properties] Properties to set
             * @returns QuoteBatch instance
             */
            static create(properties: quotewire.v1.QuoteBatch.$Shape): quotewire.v1.QuoteBatch & quotewire.v1.QuoteBatch.$Shape;
            static create(properties?: quotewire.v1.QuoteBatch.$Properties): quotewire.v1.QuoteBatch;

            /**
             * Encodes the specified QuoteBatch message. Does not implicitly {@link quotewire.v1.QuoteBatch.verify|verify} messages.
             * @param message QuoteBatch message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.QuoteBatch.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QuoteBatch message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.QuoteBatch & quotewire.v1.QuoteBatch.$Shape} QuoteBatch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.QuoteBatch & quotewire.v1.QuoteBatch.$Shape;

            /**
             * Creates a QuoteBatch message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns QuoteBatch
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.QuoteBatch;

            /**
             * Creates a plain object from a QuoteBatch message. Also converts values to other types if specified.
             * @param message QuoteBatch
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.QuoteBatch, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this QuoteBatch to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace QuoteBatch {

            /** Properties of a QuoteBatch. */
            interface $Properties {

                /** QuoteBatch entries */
                entries?: (quotewire.v1.QuoteEntry.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a QuoteBatch. */
            type $Shape = {
              entries?: quotewire.v1.QuoteEntry.$Shape[]|null;
              $unknowns?: Uint8Array[];
            };
        }

        /**
         * Properties of a QuoteEntry.
         * @deprecated Use quotewire.v1.QuoteEntry.$Properties instead.
         */
        interface IQuoteEntry extends quotewire.v1.QuoteEntry.$Properties {
        }

        /** Represents a QuoteEntry. */
        class QuoteEntry {

            /**
             * Constructs a new QuoteEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.QuoteEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** QuoteEntry quote. */
            quote?: (quotewire.v1.Quote.$Properties|null);

            /** QuoteEntry subscribed. */
            subscribed?: (quotewire.v1.Subscribed.$Properties|null);

            /** QuoteEntry unsubscribed. */
            unsubscribed?: (quotewire.v1.Unsubscribed.$Properties|null);

            /** QuoteEntry rejected. */
            rejected?: (quotewire.v1.Rejected.$Properties|null);

            /** QuoteEntry heartbeat. */
            heartbeat?: (quotewire.v1.Heartbeat.$Properties|null);

            /** QuoteEntry busLost. */
            busLost?: (quotewire.v1.BusLost.$Properties|null);

            /** QuoteEntry busRestored. */
            busRestored?: (quotewire.v1.BusRestored.$Properties|null);

            /** QuoteEntry goAway. */
            goAway?: (quotewire.v1.GoAway.$Properties|null);

            /** QuoteEntry tierData. */
            tierData?: (quotewire.v1.TierData.$Properties|null);

            /** QuoteEntry entry. */
            entry?: ("quote"|"subscribed"|"unsubscribed"|"rejected"|"heartbeat"|"busLost"|"busRestored"|"goAway"|"tierData");

            /**
             * Creates a new QuoteEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns QuoteEntry instance
             */
            static create(properties: quotewire.v1.QuoteEntry.$Shape): quotewire.v1.QuoteEntry & quotewire.v1.QuoteEntry.$Shape;
            static create(properties?: quotewire.v1.QuoteEntry.$Properties): quotewire.v1.QuoteEntry;

            /**
             * Encodes the specified QuoteEntry message. Does not implicitly {@link quotewire.v1.QuoteEntry.verify|verify} messages.
             * @param message QuoteEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.QuoteEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QuoteEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.QuoteEntry & quotewire.v1.QuoteEntry.$Shape} QuoteEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.QuoteEntry & quotewire.v1.QuoteEntry.$Shape;

            /**
             * Creates a QuoteEntry message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns QuoteEntry
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.QuoteEntry;

            /**
             * Creates a plain object from a QuoteEntry message. Also converts values to other types if specified.
             * @param message QuoteEntry
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.QuoteEntry, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this QuoteEntry to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace QuoteEntry {

            /** Properties of a QuoteEntry. */
            interface $Properties {

                /** QuoteEntry quote */
                quote?: (quotewire.v1.Quote.$Properties|null);

                /** QuoteEntry subscribed */
                subscribed?: (quotewire.v1.Subscribed.$Properties|null);

                /** QuoteEntry unsubscribed */
                unsubscribed?: (quotewire.v1.Unsubscribed.$Properties|null);

                /** QuoteEntry rejected */
                rejected?: (quotewire.v1.Rejected.$Properties|null);

                /** QuoteEntry heartbeat */
                heartbeat?: (quotewire.v1.Heartbeat.$Properties|null);

                /** QuoteEntry busLost */
                busLost?: (quotewire.v1.BusLost.$Properties|null);

                /** QuoteEntry busRestored */
                busRestored?: (quotewire.v1.BusRestored.$Properties|null);

                /** QuoteEntry goAway */
                goAway?: (quotewire.v1.GoAway.$Properties|null);

                /** QuoteEntry tierData */
                tierData?: (quotewire.v1.TierData.$Properties|null);

                /** QuoteEntry entry */
                entry?: ("quote"|"subscribed"|"unsubscribed"|"rejected"|"heartbeat"|"busLost"|"busRestored"|"goAway"|"tierData");

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of a QuoteEntry. */
            type $Shape = {
              quote?: quotewire.v1.Quote.$Shape|null;
              subscribed?: quotewire.v1.Subscribed.$Shape|null;
              unsubscribed?: quotewire.v1.Unsubscribed.$Shape|null;
              rejected?: quotewire.v1.Rejected.$Shape|null;
              heartbeat?: quotewire.v1.Heartbeat.$Shape|null;
              busLost?: quotewire.v1.BusLost.$Shape|null;
              busRestored?: quotewire.v1.BusRestored.$Shape|null;
              goAway?: quotewire.v1.GoAway.$Shape|null;
              tierData?: quotewire.v1.TierData.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ entry?: undefined; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "quote"; quote: quotewire.v1.Quote.$Shape; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "subscribed"; quote?: null; subscribed: quotewire.v1.Subscribed.$Shape; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "unsubscribed"; quote?: null; subscribed?: null; unsubscribed: quotewire.v1.Unsubscribed.$Shape; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "rejected"; quote?: null; subscribed?: null; unsubscribed?: null; rejected: quotewire.v1.Rejected.$Shape; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "heartbeat"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat: quotewire.v1.Heartbeat.$Shape; busLost?: null; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "busLost"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost: quotewire.v1.BusLost.$Shape; busRestored?: null; goAway?: null; tierData?: null }|{ entry?: "busRestored"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored: quotewire.v1.BusRestored.$Shape; goAway?: null; tierData?: null }|{ entry?: "goAway"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway: quotewire.v1.GoAway.$Shape; tierData?: null }|{ entry?: "tierData"; quote?: null; subscribed?: null; unsubscribed?: null; rejected?: null; heartbeat?: null; busLost?: null; busRestored?: null; goAway?: null; tierData: quotewire.v1.TierData.$Shape })
            );
        }

        /**
         * Properties of a Quote.
         * @deprecated Use quotewire.v1.Quote.$Properties instead.
         */
        interface IQuote extends quotewire.v1.Quote.$Properties {
        }

        /** Represents a Quote. */
        class Quote {

            /**
             * Constructs a new Quote.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.Quote.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Quote symbol. */
            symbol: string;

            /** Quote price. */
            price: number;

            /** Quote change. */
            change?: (number|null);

            /** Quote changePercent. */
            changePercent?: (number|null);

            /** Quote timestamp. */
            timestamp: number;

            /** Quote seq. */
            seq?: (number|null);

            /** Quote epoch. */
            epoch?: (number|null);

            /** Quote snapshot. */
            snapshot: boolean;

            /** Quote bid. */
            bid?: (number|null);

            /** Quote ask. */
            ask?: (number|null);

            /** Quote volume. */
            volume?: (number|null);

            /** Quote delayed. */
            delayed: boolean;

            /**
             * Creates a new Quote instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Quote instance
             */
            static create(properties: quotewire.v1.Quote.$Shape): quotewire.v1.Quote & quotewire.v1.Quote.$Shape;
            static create(properties?: quotewire.v1.Quote.$Properties): quotewire.v1.Quote;

            /**
             * Encodes the specified Quote message. Does not implicitly {@link quotewire.v1.Quote.verify|verify} messages.
             * @param message Quote message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.Quote.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Quote message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.Quote & quotewire.v1.Quote.$Shape} Quote
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.Quote & quotewire.v1.Quote.$Shape;

            /**
             * Creates a Quote message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Quote
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.Quote;

            /**
             * Creates a plain object from a Quote message. Also converts values to other types if specified.
             * @param message Quote
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.Quote, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Quote to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Quote {

            /** Properties of a Quote. */
            interface $Properties {

                /** Quote symbol */
                symbol?: (string|null);

                /** Quote price */
                price?: (number|null);

                /** Quote change */
                change?: (number|null);

                /** Quote changePercent */
                changePercent?: (number|null);

                /** Quote timestamp */
                timestamp?: (number|null);

                /** Quote seq */
                seq?: (number|null);

                /** Quote epoch */
                epoch?: (number|null);

                /** Quote snapshot */
                snapshot?: (boolean|null);

                /** Quote bid */
                bid?: (number|null);

                /** Quote ask */
                ask?: (number|null);

                /** Quote volume */
                volume?: (number|null);

                /** Quote delayed */
                delayed?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Quote. */
            type $Shape = quotewire.v1.Quote.$Properties;
        }

        /**
         * Properties of a Subscribed.
         * @deprecated Use quotewire.v1.Subscribed.$Properties instead.
         */
        interface ISubscribed extends quotewire.v1.Subscribed.$Properties {
        }

        /** Represents a Subscribed. */
        class Subscribed {

            /**
             * Constructs a new Subscribed.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.Subscribed.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Subscribed request. */
            request: number;

            /** Subscribed symbol. */
            symbol: string;

            /** Subscribed last. */
            last?: (quotewire.v1.Quote.$Properties|null);

            /**
             * Creates a new Subscribed instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Subscribed instance
             */
            static create(properties: quotewire.v1.Subscribed.$Shape): quotewire.v1.Subscribed & quotewire.v1.Subscribed.$Shape;
            static create(properties?: quotewire.v1.Subscribed.$Properties): quotewire.v1.Subscribed;

            /**
             * Encodes the specified Subscribed message. Does not implicitly {@link quotewire.v1.Subscribed.verify|verify} messages.
             * @param message Subscribed message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.Subscribed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Subscribed message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.Subscribed & quotewire.v1.Subscribed.$Shape} Subscribed
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.Subscribed & quotewire.v1.Subscribed.$Shape;

            /**
             * Creates a Subscribed message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Subscribed
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.Subscribed;

            /**
             * Creates a plain object from a Subscribed message. Also converts values to other types if specified.
             * @param message Subscribed
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.Subscribed, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Subscribed to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Subscribed {

            /** Properties of a Subscribed. */
            interface $Properties {

                /** Subscribed request */
                request?: (number|null);

                /** Subscribed symbol */
                symbol?: (string|null);

                /** Subscribed last */
                last?: (quotewire.v1.Quote.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Subscribed. */
            type $Shape = quotewire.v1.Subscribed.$Properties;
        }

        /**
         * Properties of an Unsubscribed.
         * @deprecated Use quotewire.v1.Unsubscribed.$Properties instead.
         */
        interface IUnsubscribed extends quotewire.v1.Unsubscribed.$Properties {
        }

        /** Represents an Unsubscribed. */
        class Unsubscribed {

            /**
             * Constructs a new Unsubscribed.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.Unsubscribed.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Unsubscribed request. */
            request: number;

            /** Unsubscribed symbol. */
            symbol: string;

            /**
             * Creates a new Unsubscribed instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Unsubscribed instance
             */
            static create(properties: quotewire.v1.Unsubscribed.$Shape): quotewire.v1.Unsubscribed & quotewire.v1.Unsubscribed.$Shape;
            static create(properties?: quotewire.v1.Unsubscribed.$Properties): quotewire.v1.Unsubscribed;

            /**
             * Encodes the specified Unsubscribed message. Does not implicitly {@link quotewire.v1.Unsubscribed.verify|verify} messages.
             * @param message Unsubscribed message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.Unsubscribed.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Unsubscribed message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.Unsubscribed & quotewire.v1.Unsubscribed.$Shape} Unsubscribed
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.Unsubscribed & quotewire.v1.Unsubscribed.$Shape;

            /**
             * Creates an Unsubscribed message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Unsubscribed
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.Unsubscribed;

            /**
             * Creates a plain object from an Unsubscribed message. Also converts values to other types if specified.
             * @param message Unsubscribed
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.Unsubscribed, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Unsubscribed to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Unsubscribed {

            /** Properties of an Unsubscribed. */
            interface $Properties {

                /** Unsubscribed request */
                request?: (number|null);

                /** Unsubscribed symbol */
                symbol?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Unsubscribed. */
            type $Shape = quotewire.v1.Unsubscribed.$Properties;
        }

        /**
         * Properties of a Rejected.
         * @deprecated Use quotewire.v1.Rejected.$Properties instead.
         */
        interface IRejected extends quotewire.v1.Rejected.$Properties {
        }

        /** Represents a Rejected. */
        class Rejected {

            /**
             * Constructs a new Rejected.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.Rejected.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Rejected request. */
            request: number;

            /** Rejected symbol. */
            symbol: string;

            /** Rejected code. */
            code: string;

            /** Rejected message. */
            message: string;

            /**
             * Creates a new Rejected instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Rejected instance
             */
            static create(properties: quotewire.v1.Rejected.$Shape): quotewire.v1.Rejected & quotewire.v1.Rejected.$Shape;
            static create(properties?: quotewire.v1.Rejected.$Properties): quotewire.v1.Rejected;

            /**
             * Encodes the specified Rejected message. Does not implicitly {@link quotewire.v1.Rejected.verify|verify} messages.
             * @param message Rejected message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.Rejected.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Rejected message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.Rejected & quotewire.v1.Rejected.$Shape} Rejected
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.Rejected & quotewire.v1.Rejected.$Shape;

            /**
             * Creates a Rejected message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Rejected
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.Rejected;

            /**
             * Creates a plain object from a Rejected message. Also converts values to other types if specified.
             * @param message Rejected
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.Rejected, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Rejected to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Rejected {

            /** Properties of a Rejected. */
            interface $Properties {

                /** Rejected request */
                request?: (number|null);

                /** Rejected symbol */
                symbol?: (string|null);

                /** Rejected code */
                code?: (string|null);

                /** Rejected message */
                message?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Rejected. */
            type $Shape = quotewire.v1.Rejected.$Properties;
        }

        /**
         * Properties of a Heartbeat.
         * @deprecated Use quotewire.v1.Heartbeat.$Properties instead.
         */
        interface IHeartbeat extends quotewire.v1.Heartbeat.$Properties {
        }

        /** Represents a Heartbeat. */
        class Heartbeat {

            /**
             * Constructs a new Heartbeat.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.Heartbeat.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new Heartbeat instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Heartbeat instance
             */
            static create(properties: quotewire.v1.Heartbeat.$Shape): quotewire.v1.Heartbeat & quotewire.v1.Heartbeat.$Shape;
            static create(properties?: quotewire.v1.Heartbeat.$Properties): quotewire.v1.Heartbeat;

            /**
             * Encodes the specified Heartbeat message. Does not implicitly {@link quotewire.v1.Heartbeat.verify|verify} messages.
             * @param message Heartbeat message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Heartbeat message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.Heartbeat & quotewire.v1.Heartbeat.$Shape} Heartbeat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.Heartbeat & quotewire.v1.Heartbeat.$Shape;

            /**
             * Creates a Heartbeat message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns Heartbeat
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.Heartbeat;

            /**
             * Creates a plain object from a Heartbeat message. Also converts values to other types if specified.
             * @param message Heartbeat
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.Heartbeat, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this Heartbeat to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace Heartbeat {

            /** Properties of a Heartbeat. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Heartbeat. */
            type $Shape = quotewire.v1.Heartbeat.$Properties;
        }

        /**
         * Properties of a BusLost.
         * @deprecated Use quotewire.v1.BusLost.$Properties instead.
         */
        interface IBusLost extends quotewire.v1.BusLost.$Properties {
        }

        /** Represents a BusLost. */
        class BusLost {

            /**
             * Constructs a new BusLost.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.BusLost.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new BusLost instance using the specified properties.
             * @param [properties] Properties to set
             * @returns BusLost instance
             */
            static create(properties: quotewire.v1.BusLost.$Shape): quotewire.v1.BusLost & quotewire.v1.BusLost.$Shape;
            static create(properties?: quotewire.v1.BusLost.$Properties): quotewire.v1.BusLost;

            /**
             * Encodes the specified BusLost message. Does not implicitly {@link quotewire.v1.BusLost.verify|verify} messages.
             * @param message BusLost message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.BusLost.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a BusLost message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.BusLost & quotewire.v1.BusLost.$Shape} BusLost
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.BusLost & quotewire.v1.BusLost.$Shape;

            /**
             * Creates a BusLost message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns BusLost
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.BusLost;

            /**
             * Creates a plain object from a BusLost message. Also converts values to other types if specified.
             * @param message BusLost
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.BusLost, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this BusLost to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace BusLost {

            /** Properties of a BusLost. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a BusLost. */
            type $Shape = quotewire.v1.BusLost.$Properties;
        }

        /**
         * Properties of a BusRestored.
         * @deprecated Use quotewire.v1.BusRestored.$Properties instead.
         */
        interface IBusRestored extends quotewire.v1.BusRestored.$Properties {
        }

        /** Represents a BusRestored. */
        class BusRestored {

            /**
             * Constructs a new BusRestored.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.BusRestored.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new BusRestored instance using the specified properties.
             * @param [properties] Properties to set
             * @returns BusRestored instance
             */
            static create(properties: quotewire.v1.BusRestored.$Shape): quotewire.v1.BusRestored & quotewire.v1.BusRestored.$Shape;
            static create(properties?: quotewire.v1.BusRestored.$Properties): quotewire.v1.BusRestored;

            /**
             * Encodes the specified BusRestored message. Does not implicitly {@link quotewire.v1.BusRestored.verify|verify} messages.
             * @param message BusRestored message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.BusRestored.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a BusRestored message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.BusRestored & quotewire.v1.BusRestored.$Shape} BusRestored
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.BusRestored & quotewire.v1.BusRestored.$Shape;

            /**
             * Creates a BusRestored message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns BusRestored
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.BusRestored;

            /**
             * Creates a plain object from a BusRestored message. Also converts values to other types if specified.
             * @param message BusRestored
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.BusRestored, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this BusRestored to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace BusRestored {

            /** Properties of a BusRestored. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a BusRestored. */
            type $Shape = quotewire.v1.BusRestored.$Properties;
        }

        /**
         * Properties of a GoAway.
         * @deprecated Use quotewire.v1.GoAway.$Properties instead.
         */
        interface IGoAway extends quotewire.v1.GoAway.$Properties {
        }

        /** Represents a GoAway. */
        class GoAway {

            /**
             * Constructs a new GoAway.
             * @param [properties] Properties to set
             */
            constructor(properties?: quotewire.v1.GoAway.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** GoAway reason. */
            reason: string;

            /** GoAway deadlineMs. */
            deadlineMs: number;

            /**
             * Creates a new GoAway instance using the specified properties.
             * @param [properties] Properties to set
             * @returns GoAway instance
             */
            static create(properties: quotewire.v1.GoAway.$Shape): quotewire.v1.GoAway & quotewire.v1.GoAway.$Shape;
            static create(properties?: quotewire.v1.GoAway.$Properties): quotewire.v1.GoAway;

            /**
             * Encodes the specified GoAway message. Does not implicitly {@link quotewire.v1.GoAway.verify|verify} messages.
             * @param message GoAway message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: quotewire.v1.GoAway.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a GoAway message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {quotewire.v1.GoAway & quotewire.v1.GoAway.$Shape} GoAway
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): quotewire.v1.GoAway & quotewire.v1.GoAway.$Shape;

            /**
             * Creates a GoAway message from a plain object. Also converts values to their respective internal types.
             * @param object Plain object
             * @returns GoAway
             */
            static fromObject(object: { [k: string]: any }): quotewire.v1.GoAway;

            /**
             * Creates a plain object from a GoAway message. Also converts values to other types if specified.
             * @param message GoAway
             * @param [options] Conversion options
             * @returns Plain object
             */
            static toObject(message: quotewire.v1.GoAway, options?: $protobuf.IConversionOptions): { [k: string]: any };

            /**
             * Converts this GoAway to JSON.
             * @returns JSON object
             */
            toJSON(): { [k: string]: any };
        }

        namespace GoAway {

            /** Properties of a GoAway. */
            interface $Properties {

                /** GoAway reason */
                reason?: (string|null);

                /** GoAway deadlineMs */
                deadlineMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a GoAway. */
            type $Shape = quotewire.v1.GoAway.$Properties;
        }
    }
}
