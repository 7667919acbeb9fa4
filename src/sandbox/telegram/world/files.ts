import { randomBytes } from 'node:crypto'
import { type ImageFacts, imageFacts } from '../../images.js'
import { badRequest } from '../errors.js'
import type { TgPhotoSize } from '../types.js'

const PHOTO_BYTES_MAX = 10 * 1024 * 1024

export interface StoredPhoto {
  size: TgPhotoSize
  facts: ImageFacts
  bytes: Uint8Array
  /** Path below `/file/bot<token>/`. */
  path: string
}

/** Pictures that were uploaded or belong to people, kept in memory. */
export class FileStore {
  private readonly photos = new Map<string, StoredPhoto>()
  private count = 0

  /** Stores a photo, or throws 400 for what Telegram would not take as one. */
  addPhoto(bytes: Uint8Array): StoredPhoto {
    if (bytes.length === 0) throw badRequest('file must be non-empty')
    if (bytes.length > PHOTO_BYTES_MAX)
      throw badRequest(`file of size ${bytes.length} bytes is too big for a photo`)
    const facts = imageFacts(bytes)
    if (!facts) throw badRequest('IMAGE_PROCESS_FAILED')
    const { width, height } = facts
    const ratio = Math.max(width / height, height / width)
    if (width + height > 10_000 || !(ratio <= 20)) throw badRequest('PHOTO_INVALID_DIMENSIONS')
    this.count += 1
    const photo: StoredPhoto = {
      size: {
        file_id: `AgACAgI${randomBytes(36).toString('base64url')}`,
        file_unique_id: `AQAD${randomBytes(9).toString('base64url')}`,
        width,
        height,
        file_size: bytes.length,
      },
      facts,
      bytes,
      path: `photos/file_${this.count}.${facts.type.slice('image/'.length)}`,
    }
    this.photos.set(photo.size.file_id, photo)
    return photo
  }

  byId(fileId: string): StoredPhoto | undefined {
    return this.photos.get(fileId)
  }

  byUniqueId(id: string): StoredPhoto | undefined {
    return [...this.photos.values()].find((photo) => photo.size.file_unique_id === id)
  }

  byPath(path: string): StoredPhoto | undefined {
    return [...this.photos.values()].find((photo) => photo.path === path)
  }
}
